import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { RunSummary } from '@apsis/api/json'
import { FeedWatch, System } from '../system/index.ts'

const RUNS = 50
const FINISHED = ['success', 'failure', 'error', 'skipped']

/** Each process notes that it started, writes for a while, and ends with a code of its own. */
const JOB = `
params: [n, starts]
program:
  type: procstar-shell
  command: |
    echo "$$" >> {{ starts }}/$APSIS_RUN_ID
    for i in 1 2 3 4; do
      echo "run {{ n }} says line $i of 4: $(printf 'x%.0s' {1..200})"
      sleep 0.3
    done
    exit {{ n | int % 3 }}
`

/** What the process of the nth run writes. */
function written(n: number): string {
  return [1, 2, 3, 4].map((i) => `run ${n} says line ${i} of 4: ${'x'.repeat(200)}\n`).join('')
}

describe('kill -9 while 50 runs are under way', () => {
  let system: System
  let feed: FeedWatch

  before(async () => {
    system = await System.create({ jobs: { worker: JOB, starts: "program: {type: procstar-shell, command: 'true'}" } })
    await system.start()
    feed = new FeedWatch(system.url)
  })
  after(async () => {
    feed.stop()
    await system.destroy()
  })

  /** Asks for the runs; an answer may be lost with the server, so what was made is read from the feed. */
  async function ask(round: number): Promise<void> {
    const wanted = Array.from({ length: RUNS }, (_, index) => round * RUNS + index)
    const args = (n: number): Record<string, string> => ({ n: String(n), starts: join(system.folder, 'jobs') })
    await Promise.allSettled(wanted.map((n) => system.client.schedule({ job_id: 'worker', args: args(n) })))
  }

  const ofRound = (round: number): readonly RunSummary[] =>
    [...feed.runs.values()].filter((run) => Math.floor(Number(run.args['n']) / RUNS) === round)
  const counted = (round: number, ...states: readonly string[]): number =>
    ofRound(round).filter(({ state }) => states.includes(state)).length

  const killServer = async (): Promise<void> => {
    await system.server.kill('SIGKILL')
    await system.startServer()
  }
  const killAgent = async (): Promise<void> => {
    await system.agent.kill('SIGKILL')
    system.startAgent()
  }
  const killBoth = async (): Promise<void> => {
    await Promise.all([system.server.kill('SIGKILL'), system.agent.kill('SIGKILL')])
    await system.startServer()
    system.startAgent()
  }

  /** Moments, by what the feed shows of the round. */
  const MOMENTS: readonly (readonly [string, (round: number) => boolean])[] = [
    ['when the first run is known', (round) => ofRound(round).length >= 1],
    ['when the first run starts', (round) => counted(round, 'starting', 'running', ...FINISHED) >= 1],
    ['when ten run', (round) => counted(round, 'running', ...FINISHED) >= 10],
    ['when forty run', (round) => counted(round, 'running', ...FINISHED) >= 40],
    ['when the first has ended', (round) => counted(round, ...FINISHED) >= 1],
    ['when thirty have ended', (round) => counted(round, ...FINISHED) >= 30],
  ]
  const KILLS = { server: killServer, agent: killAgent, 'server and agent': killBoth }

  let round = 0
  for (const [who, kill] of Object.entries(KILLS)) {
    for (const [moment, reached] of MOMENTS) {
      const mine = round++
      test(`E2E6: kill -9 of ${who} ${moment}`, { timeout: 60_000 }, async () => {
        const asked = ask(mine)
        await feed.until(() => reached(mine))
        await kill()
        await asked
        // What was answered, and what was made without an answer, is what the store has.
        const made = await madeRuns(system, mine)
        await feed.until(() => made.every((id) => FINISHED.includes(feed.runs.get(id)?.state ?? '')))
        await verify(system, feed, made)
      })
    }
  }

  test('E2E6: killed again and again while one set of runs goes on', { timeout: 90_000 }, async () => {
    const mine = round++
    const asked = ask(mine)
    await feed.until(() => ofRound(mine).length >= 1)
    for (const kill of [killServer, killAgent, killBoth, killAgent, killServer, killBoth]) {
      await kill()
      await system.server.line(/agent connected/)
    }
    await asked
    const made = await madeRuns(system, mine)
    await feed.until(() => made.every((id) => FINISHED.includes(feed.runs.get(id)?.state ?? '')))
    await verify(system, feed, made)
  })
})

async function madeRuns(system: System, round: number): Promise<readonly string[]> {
  const { runs } = await system.client.runSummaries({ job_id: 'worker', page_limit: 10_000 })
  return Object.values(runs)
    .filter((run) => Math.floor(Number(run.args['n']) / RUNS) === round)
    .map(({ run_id: id }) => id)
}

/** Each process ran exactly once, each run ended as its process did, each output is what the process wrote. */
async function verify(system: System, feed: FeedWatch, ids: readonly string[]): Promise<void> {
  assert.ok(ids.length > 0)
  const started = new Set(await readdir(join(system.folder, 'jobs')))
  for (const id of ids) {
    const run = feed.runs.get(id)
    const n = Number(run?.args['n'])
    assert.ok(started.has(id), `${id} never started: ${JSON.stringify(run)}`)
    const pids = (await readFile(join(system.folder, 'jobs', id), 'utf8')).trim().split('\n')
    assert.equal(pids.length, 1, `${id} started ${pids.length} times`)
    assert.equal(run?.state, n % 3 === 0 ? 'success' : 'failure', JSON.stringify(run))
    if (n % 3 !== 0) assert.equal(run?.message, `exit code ${n % 3}`)
    const { data } = await system.client.output(id, 'output')
    assert.equal(Buffer.from(data).toString(), written(n), `output of ${id}`)
  }
}
