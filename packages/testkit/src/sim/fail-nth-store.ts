import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseJobJson } from '@apsis/core/job'
import { isFinished } from '@apsis/core/run'
import { registry } from '@apsis/kinds/builtin'
import { runtimesFor } from '@apsis/kinds/runtime'
import { AgentHub, type Clock, Engine, OUTPUT_ID, OutputSink } from '@apsis/server/engine'
import { auditFolder } from '@apsis/store/audit'
import { StoreError, type Store } from '@apsis/store/port'
import { openSqliteStore } from '@apsis/store/sqlite'
import { digest, jobOf } from './job-model.ts'

/** What fails: a commit or an append that the database refuses, an append whose answer is lost, and the server, before a commit and after one. */
export const STORE_FAULTS = [
  'commit',
  'append',
  'answer of append',
  'death before commit',
  'death after commit',
] as const

export type StoreFault = (typeof STORE_FAULTS)[number]

const JOBS = [
  { id: 'chain', schedules: [], rest: 'program: {type: no-op}\nsuccessors: [after]\n' },
  { id: 'after', schedules: [], rest: 'program: {type: no-op}\n' },
].map(jobOf)
const OUTPUT = new TextEncoder().encode('what the run wrote')
const CHUNK = 6
const SILENT = { info: () => {}, warn: () => {}, error: () => {} }
/** No timer is set for longer, ms: nothing here lasts so long. */
const LONGEST = 3_600_000
const AUDITED_WITHIN = 60_000

/** How often each thing happened, and what was wrong in the end. */
export interface StoreOutcome {
  readonly count: number
  readonly problems: readonly string[]
}

/**
 * Runs a job and its successor, and stores an output, on the real store in files; the nth of what may fail does so once (`nth` 0: none). A server that
 * dies is started again on the same files. Then reads what is there, and audits the files.
 */
export async function failNthOfStore(fault: StoreFault, nth: number): Promise<StoreOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-nth-'))
  try {
    const faults = new StoreFaults(fault, nth)
    const problems: string[] = []
    for (let lives = 0; ; lives++) {
      const store = await openSqliteStore({ folder })
      const died = await oneLife(store, faults, problems)
      await store.close()
      if (!died) break
      if (lives > 1) throw new Error('the server died more than once')
    }
    for (const { rule, total, violations } of auditFolder({ folder, now: Date.now(), bound: AUDITED_WITHIN }).findings)
      if (total > 0) problems.push(`${rule.id}: ${JSON.stringify(violations)}`)
    return { count: faults.count, problems }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Counts what may fail, and has the nth of it fail. */
class StoreFaults {
  readonly #fault: StoreFault
  readonly #nth: number
  count = 0
  /** Ends the server. */
  die: () => void = () => {}

  constructor(fault: StoreFault, nth: number) {
    this.#fault = fault
    this.#nth = nth
  }

  #fails(fault: StoreFault): boolean {
    return fault === this.#fault && ++this.count === this.#nth
  }

  /** The store as the server sees it. */
  of(store: Store): Pick<Store, 'commit' | 'appendOutput' | 'read'> {
    const refused = (): StoreError => new StoreError('STORE_FAILED', 'the disk is full')
    const never = <T>(): Promise<T> => new Promise<T>(() => {})
    return {
      read: store.read,
      commit: async (batch) => {
        if (this.#fails('commit')) throw refused()
        if (this.#fails('death before commit')) {
          this.die()
          return await never()
        }
        const reply = await store.commit(batch)
        if (!this.#fails('death after commit')) return reply
        this.die()
        return await never()
      },
      appendOutput: async (chunks) => {
        if (this.#fails('append')) throw refused()
        const lengths = await store.appendOutput(chunks)
        if (this.#fails('answer of append')) throw refused()
        return lengths
      },
    }
  }
}

/** True time, which a store in files takes. */
function realClock(): Clock {
  const after: Clock['after'] = (delay, callback) => {
    const timer = setTimeout(callback, Math.min(Math.ceil(Math.max(0, delay)), LONGEST))
    return () => clearTimeout(timer)
  }
  const wake: Clock['wake'] = (at, callback) => {
    let cancel = (): void => {}
    const look = (): void => {
      const left = at - Date.now()
      if (left <= 0) callback()
      else cancel = after(left, look)
    }
    cancel = after(at - Date.now(), look)
    return () => cancel()
  }
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    after,
    wake,
    soon: (then) => void setImmediate(then),
  }
}

/** One life of a server, until all is done or it dies; whether it did. */
async function oneLife(real: Store, faults: StoreFaults, problems: string[]): Promise<boolean> {
  const store = faults.of(real)
  const clock = realClock()
  const over = Promise.withResolvers<'done' | 'died'>()
  const sink = new OutputSink({ append: store.appendOutput, clock, log: SILENT, listener: () => {} })
  const hub = new AgentHub({
    clock,
    log: SILENT,
    sink,
    token: 't',
    reconnectTimeout: null,
    updateInterval: null,
    emit: () => {},
    changed: () => {},
  })
  const engine = new Engine({
    store,
    clock,
    newId: () => crypto.randomUUID(),
    log: SILENT,
    agents: hub,
    runtimes: runtimesFor({ sudoArgv: [], memMaxGb: null }),
    conditions: registry.conditions,
    parse: ({ jobId, json }) => {
      const result = parseJobJson(json, { jobId, registry, digest })
      return result.ok ? result.job : null
    },
    horizon: 3_600_000,
    startTimeout: 60_000,
    waitingTimeout: null,
    actions: [],
    timeout: null,
    publish: ({ writes }) => {
      if (writes.some(({ run }) => run.jobId === 'after' && isFinished(run.state))) over.resolve('done')
    },
  })
  faults.die = () => {
    engine.crash()
    sink.stop()
    over.resolve('died')
  }
  // A server that died while it started never answers.
  const began = await Promise.race([begin(engine, real), over.promise])
  if (began === 'died') return true
  if ((await over.promise) === 'died') return true
  await output(sink)
  engine.crash()
  sink.stop()
  hub.close()
  await check(real, problems)
  return false
}

/** Starts the engine, and asks for the run unless an earlier life was heard, or the run is there. */
async function begin(engine: Engine, store: Store): Promise<'begun'> {
  await engine.start(JOBS)
  const { runs } = await store.read.runs({ filter: {}, limit: 10 })
  if (runs.length === 0)
    await engine.schedule({ jobId: 'chain', args: {}, time: null, stop: null, count: 1, reason: null })
  else if (runs.some(({ jobId, state }) => jobId === 'after' && isFinished(state))) await engine.schedule(AGAIN)
  return 'begun'
}

/** All was over already: what is published then is of one more. */
const AGAIN = { jobId: 'after', args: {}, time: null, stop: null, count: 1, reason: null }

/** As an agent sends it: piece by piece, each when the one before is durable. */
async function output(sink: OutputSink): Promise<void> {
  for (let offset = 0; offset < OUTPUT.length; offset += CHUNK) {
    const data = OUTPUT.subarray(offset, offset + CHUNK)
    await new Promise<void>((durable, refused) =>
      sink.add(
        { runId: 'r1', outputId: OUTPUT_ID, offset, data },
        { durable: () => durable(), refused: () => refused(new Error('output was refused')) },
      ),
    )
  }
}

async function check({ read }: Store, problems: string[]): Promise<void> {
  const { runs } = await read.runs({ filter: {}, limit: 10, order: 'oldest' })
  const jobs = runs.map(({ jobId, state }) => `${jobId} ${state}`)
  const expected = ['chain success', 'after success']
  if (jobs.slice(0, 2).join() !== expected.join() || jobs.slice(2).some((one) => one !== 'after success'))
    problems.push(`runs are ${jobs.join(', ')}`)
  const stored = await read.output('r1', OUTPUT_ID, 0, 100)
  if (stored === null || Buffer.compare(stored, OUTPUT) !== 0)
    problems.push(`the output is ${stored === null ? 'not there' : Buffer.from(stored).toString()}`)
}
