import { errorOutput, type RunId } from '@apsis/core/run'
import type { OutputInfo } from '@apsis/store/port'
import type { History } from './ports.ts'

/** The output that the message of an error before the start is shown as: the one that programs write. */
const OUTPUT_ID = 'output'

/** The outputs of a run: those stored, or where none is and it ended in error before its program ran, the message of that. */
export async function outputsOf(history: Pick<History, 'run' | 'outputs'>, id: RunId): Promise<readonly OutputInfo[]> {
  const stored = await history.outputs(id)
  if (stored.some(({ length }) => length > 0)) return stored
  const message = await messageOf(history, id)
  return message === null ? stored : [messageOutput(message)]
}

/** The output that a message is shown as. */
export function messageOutput(message: string): OutputInfo {
  return { outputId: OUTPUT_ID, length: encoded(message).length }
}

/** Bytes [start, end) of one of `outputsOf`, clipped to what is there; null when there is no such output. At most 4 MiB a call. */
export async function outputOf(
  history: Pick<History, 'run' | 'output'>,
  id: RunId,
  outputId: string,
  start: number,
  end: number,
): Promise<Uint8Array | null> {
  const stored = await history.output(id, outputId, start, end)
  if (outputId !== OUTPUT_ID || (stored !== null && stored.length > 0)) return stored
  const message = await messageOf(history, id)
  return message === null ? stored : encoded(message).subarray(start, end)
}

async function messageOf(history: Pick<History, 'run'>, id: RunId): Promise<string | null> {
  const run = await history.run(id)
  return run === null ? null : errorOutput(run)
}

function encoded(message: string): Uint8Array {
  return new TextEncoder().encode(message)
}
