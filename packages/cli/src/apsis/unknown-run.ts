import { ApiError } from '@apsis/api/client'
import type { Terminal } from '../terminal/index.ts'

/** Does something with runs; where the server knows none of an id, says where it may be, and fails as before. */
export async function withArchiveHint<T>(terminal: Terminal, body: () => Promise<T>): Promise<T> {
  try {
    return await body()
  } catch (error) {
    if (error instanceof ApiError && error.code === 'RUN_UNKNOWN') {
      terminal.err('a run that was archived is shown with --archive FILE\n')
    }
    throw error
  }
}
