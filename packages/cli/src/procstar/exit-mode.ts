import { type AgentHandle, allResults, deleteEnded, until } from '@apsis/agent/main'
import type { Flags } from './flags.ts'
import type { Log } from './log.ts'
import { fileSink, ResultDocument, type Sink } from './result-document.ts'
import { printOut } from './stdio.ts'

/** Exit code of existing agents where the result cannot be written: EX_OSFILE. */
export const NOT_WRITTEN = 72
const FAILED = 1

/**
 * Waits until no proc runs, writes the results where they are to go, deletes the procs and ends the agent. Resolves with the exit code. Procs that are
 * started meanwhile are waited for too. Nothing is deleted before all results are written.
 */
export async function exitMode(
  agent: AgentHandle,
  { output, print }: Pick<Flags, 'output' | 'print'>,
  log: Log,
): Promise<number> {
  const sinks: Sink[] = []
  const document = new ResultDocument(sinks)
  try {
    const written = new Set<string>()
    do {
      if (!(await until(agent, () => agent.counts().unended === 0)))
        return interrupted(print || output !== undefined, log)
      if (sinks.length === 0) {
        if (print) sinks.push(stdoutSink(log))
        if (output !== undefined) sinks.push(await fileSink(output))
      }
      if (sinks.length === 0) for (const id of agent.procIds()) written.add(id)
      else await write(agent, document, written)
    } while (agent.counts().unended > 0 || agent.procIds().some((id) => !written.has(id)))
    await document.end()
    const problem = await deleteEnded(agent, [...written])
    if (problem !== null) log('warn', `processes stay listed: ${problem}`)
    const late = agent.procIds().filter((id) => !written.has(id))
    if (late.length > 0) log('warn', `started too late to be among the results: ${late.slice(0, 10).join(', ')}`)
    return 0
  } catch (error) {
    if (!isSystemError(error)) throw error
    log('error', `the results cannot be written: ${error.message}`)
    return NOT_WRITTEN
  } finally {
    agent.shutdown('finish')
  }
}

/** Adds the results that are not in the document yet. */
async function write(agent: AgentHandle, document: ResultDocument, written: Set<string>): Promise<void> {
  for await (const [id, result] of allResults(agent)) {
    if (written.has(id) || result.state === 'running') continue
    await document.add(id, result)
    written.add(id)
  }
}

// A reader that has gone away has what it wanted.
function stdoutSink(log: Log): Sink {
  let open = true
  const write = async (text: string): Promise<void> => {
    if (!open) return
    try {
      await printOut(text)
    } catch (error) {
      if (!isSystemError(error) || error.code !== 'EPIPE') throw error
      open = false
      log('info', 'stdout is closed: results are not printed')
    }
  }
  return { write, close: () => write('\n') }
}

function interrupted(wanted: boolean, log: Log): number {
  if (!wanted) return 0
  log('error', 'ended before the results could be written')
  return FAILED
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}
