import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { FeedWatch, System } from '../system/index.ts'

const RUNS = 1_000
/** MiB. */
const MEMORY = 400

test('E2E22: a server ends at once while a thousand runs go on; the next takes all back and stops them', {
  timeout: 180_000,
}, async (t) => {
  const system = await System.create({
    jobs: { sleeper: "params: [time]\nprogram: {type: procstar, argv: [/bin/sleep, '{{ time }}']}" },
  })
  t.after(() => system.destroy())
  await system.start()
  const { client } = system
  // How long they sleep tells them from whatever else runs here.
  const time = `${100_000 + process.pid}.5`
  const feed = new FeedWatch(system.url)
  t.after(() => feed.stop())
  await client.schedule({ job_id: 'sleeper', args: { time } }, { count: RUNS })
  await feed.until((runs) => countOf(runs.values(), 'running') === RUNS)
  assert.equal((await sleepers(time)).size, RUNS)
  const before = await sleepers(time)
  const { process: server, ended } = system.server
  const told = performance.now()
  server.kill('SIGTERM')
  assert.deepEqual(await ended, { code: 0, signal: null })
  const took = performance.now() - told
  assert.ok(took < 10_000, `the server took ${Math.round(took)} ms to end`)
  assert.deepEqual(await sleepers(time), before)
  await system.startServer()
  await system.server.line(/agent connected/)
  const { tasks } = await client.stats()
  assert.equal(tasks.num_running, RUNS)
  assert.ok((await resident(system.server.process.pid)) < MEMORY)
  assert.ok((await resident(system.agent.process.pid)) < MEMORY)
  const stopped = await client.bulk({ query: 'job:sleeper', operation: { type: 'stop' }, dry_run: false })
  assert.equal(stopped.result?.done, RUNS)
  await feed.until((runs) => [...runs.values()].every(({ message }) => message === 'killed by SIGTERM'))
  assert.equal(feed.runs.size, RUNS)
  assert.deepEqual(await sleepers(time), new Set())
})

function countOf(runs: Iterable<{ readonly state: string }>, state: string): number {
  let count = 0
  for (const run of runs) if (run.state === state) count++
  return count
}

/** The processes that sleep for that long. */
async function sleepers(time: string): Promise<ReadonlySet<string>> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  return new Set(pids.filter((_, index) => commands[index] === `/bin/sleep\0${time}\0`))
}

/** Resident memory, MiB. */
async function resident(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(status.match(/^VmRSS:\s+(\d+) kB/m)?.[1]) / 1024
}
