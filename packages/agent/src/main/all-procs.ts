import type { ProcResult } from '@apsis/wire/result'
import type { AgentHandle } from './handle.ts'

/**
 * The results of all procs held, one at a time, so that their outputs need not fit into memory together; by id, sorted by bytes. One that is deleted
 * meanwhile is left out.
 */
export async function* allResults(
  agent: Pick<AgentHandle, 'procIds' | 'result'>,
): AsyncGenerator<readonly [id: string, result: ProcResult]> {
  const ids = [...agent.procIds()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  for (const id of ids) {
    const result = await agent.result(id, { text: true })
    if (result !== null) yield [id, result]
  }
}

/** Deletes those of the procs that have ended, by default of all; resolves with the reason of the first that could not be deleted, or null. */
export async function deleteEnded(
  agent: Pick<AgentHandle, 'procIds' | 'request'>,
  ids: readonly string[] = agent.procIds(),
): Promise<string | null> {
  const answers = await Promise.all(ids.map((id) => agent.request({ type: 'ProcDeleteRequest', proc_id: id })))
  const running = (id: string | undefined): string => `process running: ${id}`
  for (const [index, answer] of answers.entries())
    if (answer?.type === 'RequestError' && answer.err !== running(ids[index])) return answer.err
  return null
}
