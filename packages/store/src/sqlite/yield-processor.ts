import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'

/** How much this thread gives way to others that want the processor, as `nice` counts. */
const NICE = 10

/**
 * Has this thread, and no other of the process, give way: what it does may take longer, what is due may not. The kernel knows threads by numbers of
 * their own. Does nothing where the system has no such thing.
 */
export function yieldProcessor(): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    if (Number.isSafeInteger(thread) && thread > 0) setPriority(thread, NICE)
  } catch {
    // Another kernel, or one that does not let us: reads are right all the same.
  }
}
