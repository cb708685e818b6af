import { join } from 'node:path'
import { Worker } from 'node:worker_threads'

/** Files that come from the thread at a time: taking them takes about a millisecond. */
export const FILES_AT_ONCE = 200

/** Which files to read: those below a folder, recursively, whose path ends in one of the suffixes. */
export interface ReadOrder {
  readonly folder: string
  /** By suffix, the most bytes that a file may have to be read. */
  readonly maxBytes: Readonly<Record<string, number>>
}

/** A file by its path below the folder, with `/`: its text and the SHA-256 of that, or why there is none. */
export type FoundFile =
  | { readonly path: string; readonly ok: true; readonly text: string; readonly digest: string }
  | { readonly path: string; readonly ok: false; readonly large: boolean; readonly why: string }

/**
 * Reads files in a thread of its own. Links to folders are not followed; what is not a regular file is not waited for. In no certain order.
 * Rejects with the system's error when a folder cannot be read, or when the thread ends before it is done.
 */
export function readFiles(
  order: ReadOrder,
  thread: string = join(import.meta.dirname, 'read-thread.ts'),
): Promise<readonly FoundFile[]> {
  return new Promise((resolve, reject) => {
    const files: FoundFile[] = []
    // Of the flags of this process some are not for threads, and none is needed.
    const worker = new Worker(thread, { workerData: order, execArgv: [] })
    worker.on('message', (batch: readonly FoundFile[]) => void files.push(...batch))
    worker.on('error', reject)
    worker.on('exit', (code) => {
      if (code === 0) resolve(files)
      else reject(new Error(`the thread that reads ${order.folder} ended with exit code ${code}`))
    })
  })
}
