import type { LocalAgent } from '../agent/index.ts'

const BLOCK = 1 << 20

/** The bytes of `programs flood`, as programs.c makes them: a sequence that does not repeat within 4 GiB. */
class Flood {
  #state = 1

  next(bytes: number): Buffer {
    const block = Buffer.allocUnsafe(bytes)
    let state = this.#state
    for (let at = 0; at < bytes; at++) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      block[at] = state
    }
    this.#state = state
    return block
  }
}

/** Compares every byte of an output with what the program wrote. Throws Error that says where it is something else. */
export async function assertFlood(agent: LocalAgent, id: string, bytes: number): Promise<void> {
  const output = agent.handle.output(id, 1)
  if (output.kind !== 'output') throw new Error(`no output: ${output.kind}`)
  const { source } = output
  const length = await source.length()
  if (length !== bytes) throw new Error(`${length} bytes, written ${bytes}`)
  const flood = new Flood()
  for (let at = 0; at < bytes; at += BLOCK) {
    const most = Math.min(BLOCK, bytes - at)
    if (!flood.next(most).equals(await source.read(at, most)))
      throw new Error(`bytes ${at} to ${at + most} are not those that were written`)
  }
}
