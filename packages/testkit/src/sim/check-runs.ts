import { canMove, type FinishedRun, isFinished, type Run, type State } from '@apsis/core/run'
import { OUTPUT_ID } from '@apsis/server/engine'
import type { MemoryDisk } from '@apsis/store/memory'
import type { Reader, StoredFact } from '@apsis/store/port'
import type { Host, ProcEnd, ProcTruth } from './host.ts'
import type { Trace } from './trace.ts'
import { outputBytes } from './program.ts'

const PAGE = 10_000
const MOST_OUTPUT = 4 * 1024 * 1024
/** In the log of a run that was given up with its agent. */
const GIVEN_UP = 'agent reconnect timeout'
const NEVER: ProcTruth = { executed: 0, begun: 0, beganAt: null, written: 0, end: null }

/** SIM2, SIM3, SIM4, SIM6: each run is over, went there by legal moves, agrees with what its process did, and has its output. */
export async function checkRuns(
  read: Reader,
  hosts: readonly Host[],
  trace: Trace,
  problem: (text: string) => void,
): Promise<number> {
  const truths = new Map<string, ProcTruth[]>()
  for (const host of hosts) for (const [id, truth] of host.truth) truths.set(id, [...(truths.get(id) ?? []), truth])
  const known = new Set<string>()
  const perInstant = new Set<string>()
  let count = 0
  let after: string | undefined
  do {
    const page = await read.runs({
      filter: {},
      limit: PAGE,
      order: 'oldest',
      ...(after === undefined ? {} : { after }),
    })
    for (const run of page.runs) {
      count++
      if ('handle' in run && run.handle !== null) known.add(run.handle.id)
      checkOnce(run, perInstant, problem)
      const log = await read.log(run.id)
      const states = checkMoves(run, log, problem)
      if (!isFinished(run.state) || !('message' in run))
        problem(`SIM3: ${run.id} of ${run.jobId} is still ${run.state}`)
      else if (!log.some(({ fact }) => 'message' in fact && fact.message.includes(GIVEN_UP)))
        await checkEnd(read, run, states, truths, problem)
      else await checkGivenUp(read, run, states, truths, trace, problem)
    }
    after = page.next ?? undefined
  } while (after !== undefined)
  const started = new Map<string, number>()
  for (const [id, list] of truths) {
    const starts = list.reduce((sum, truth) => sum + truth.begun, 0)
    const runId = id.slice(0, id.indexOf('-'))
    started.set(runId, (started.get(runId) ?? 0) + starts)
    if (starts > 0 && !known.has(id)) problem(`SIM2: ${id} was started, and no run has it`)
  }
  for (const [runId, starts] of started)
    if (starts > 1) problem(`SIM2: the program of ${runId} was started ${starts} times`)
  return count
}

/** SIM12: what the log alone says of every run is what is stored, and what a run began with is kept. */
export function checkStates(
  { tables }: MemoryDisk,
  rebuilt: ReadonlyMap<number, State>,
  trace: Trace,
  problem: (text: string) => void,
): void {
  let stored = 0
  for (const { run, state, bound, fixed } of tables.runs.all()) {
    stored++
    if (fixed[3].includes('"backfill"')) trace.sometimes('run of a backfill')
    if (rebuilt.get(run) !== state) problem(`SIM12: r${run} is ${state}, its log alone says ${rebuilt.get(run)}`)
    const definition = bound === null ? null : (/"definition":"([^"]*)"/.exec(bound)?.[1] ?? '')
    if (definition !== null && !tables.definitions.has(definition))
      problem(`SIM12: the definition of r${run} is not there`)
  }
  if (stored !== rebuilt.size) problem(`SIM12: ${stored} runs are stored, the log tells of ${rebuilt.size}`)
}

function checkOnce(run: Run, seen: Set<string>, problem: (text: string) => void): void {
  if (run.origin.type !== 'schedule') return
  const key = `${run.jobId} ${run.origin.scheduleKey} ${run.times.schedule}`
  if (seen.has(key)) problem(`SIM1: a second run of one instant: ${run.id} ${key}`)
  seen.add(key)
}

/** Gives the states that the run was in, in order. */
function checkMoves(run: Run, log: readonly StoredFact[], problem: (text: string) => void): readonly State[] {
  const states: State[] = ['new']
  for (const { fact } of log) {
    if (fact.type !== 'state') continue
    const before = states.at(-1) ?? 'new'
    const marked = fact.message.startsWith('marked as') && isFinished(before) && isFinished(fact.state)
    if (!marked && !canMove(before, fact.state))
      problem(`SIM6: ${run.id} went from ${before} to ${fact.state}: ${fact.message}`)
    states.push(fact.state)
  }
  if (states.at(-1) !== run.state) problem(`SIM6: ${run.id} is ${run.state}, its log ends with ${states.at(-1)}`)
  return states
}

async function checkEnd(
  read: Reader,
  run: FinishedRun,
  states: readonly State[],
  truths: ReadonlyMap<string, readonly ProcTruth[]>,
  problem: (text: string) => void,
): Promise<void> {
  // What became of it before anybody marked it.
  const first = states.find(isFinished) ?? run.state
  if (run.handle === null || run.handle.on === 'server') return
  const truth = truths.get(run.handle.id)?.[0] ?? NEVER
  const expected = stateOf(truth.end, run)
  const known = (await read.outputs(run.id)).length > 0
  if (!expected.includes(first)) {
    problem(`SIM3: ${run.id} of ${run.jobId} ended in ${first} (${run.message}), its process: ${JSON.stringify(truth)}`)
  }
  if (truth.executed === 0 && !known) return
  const stored = (await read.output(run.id, OUTPUT_ID, 0, MOST_OUTPUT)) ?? new Uint8Array(0)
  const written = outputBytes(run.handle.id, 0, truth.written)
  if (Buffer.compare(stored, written) !== 0)
    problem(`SIM4: ${run.id} has ${stored.length} bytes of output, its process wrote ${written.length}`)
}

/** The server could not know what became of it: it says so, and what it has of the output is what came before. */
async function checkGivenUp(
  read: Reader,
  run: FinishedRun,
  states: readonly State[],
  truths: ReadonlyMap<string, readonly ProcTruth[]>,
  trace: Trace,
  problem: (text: string) => void,
): Promise<void> {
  const first = states.find(isFinished) ?? run.state
  if (first !== 'error') problem(`SIM3: ${run.id} was given up with its agent, and ended in ${first}`)
  if (run.handle === null) return
  const truth = truths.get(run.handle.id)?.[0] ?? NEVER
  if (truth.executed > 0) trace.sometimes('run given up though its process was executed')
  const stored = (await read.output(run.id, OUTPUT_ID, 0, MOST_OUTPUT)) ?? new Uint8Array(0)
  if (Buffer.compare(stored, outputBytes(run.handle.id, 0, stored.length)) !== 0 || stored.length > truth.written)
    problem(`SIM4: ${run.id} was given up, and its ${stored.length} bytes of output are not what its process wrote`)
}

function stateOf(end: ProcEnd | null, run: FinishedRun): readonly State[] {
  if (end === null || end.how !== 'exit') return ['error']
  const timedOut = run.message?.includes('timeout') === true
  return [end.status === 0 && !timedOut ? 'success' : 'failure']
}
