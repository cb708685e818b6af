import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { Child, commandFile, FeedWatch, fileThere, System } from '../system/index.ts'

const HOUR = 3_600_000
/** Of the schedules, ms. */
const INTERVAL = 120_000
const MISSED = HOUR / INTERVAL
/** Which of the missed instants get a run, by what the schedule says of it. */
const POLICIES: Readonly<Record<string, readonly [said: string, started: number]>> = {
  every: ['all', MISSED],
  newest: ['last', 1],
  nothing: ['none', 0],
  few: ['{policy: all, max_count: 5}', 5],
  // The newest is 90 s old, so the tenth newest 90 s and nine intervals.
  young: [`{policy: all, max_age: ${(90_000 + 9.5 * INTERVAL) / 1_000}}`, 10],
}
const WORK = `
params: [signs]
program:
  type: procstar-shell
  command: |
    echo before
    until [ -e {{ signs }}/go ]; do sleep 0.05; done
    head -c 200000 /dev/zero | tr '\\0' 'z'
    touch {{ signs }}/done
    exit 7
`

test('E2E21: an hour without a server: verdicts by policy, as previewed, and runs that ended as they did', {
  timeout: 90_000,
}, async (t) => {
  // The next instant is half a minute away, and the last one a minute and a half back.
  const phase = (Math.round(Date.now() / 1_000) * 1_000 + 30_000) % INTERVAL
  const schedule = (catchup: string): string =>
    `{type: interval, interval: ${INTERVAL / 1_000}, phase: ${phase / 1_000}, catchup: ${catchup}}`
  const jobs = Object.fromEntries(
    Object.entries(POLICIES).map(([name, [said]]) => [name, `schedule: ${schedule(said)}\nprogram: {type: no-op}`]),
  )
  const system = await System.create({ jobs: { ...jobs, work: WORK }, config: 'schedule: {horizon: 1}' })
  t.after(() => system.destroy())
  await system.start()
  const feed = new FeedWatch(system.url)
  t.after(() => feed.stop())
  const signs = join(system.folder, 'signs')
  await mkdir(signs)
  const { runs } = await system.client.schedule({ job_id: 'work', args: { signs } })
  const work = Object.keys(runs)[0] ?? ''
  await feed.run(work, 'running')
  const killed = Date.now()
  await system.server.kill('SIGKILL')
  // What runs ends while there is no server.
  await writeFile(join(signs, 'go'), '')
  await fileThere(join(signs, 'done'))
  // An hour cannot be waited for: the store is told that it was left an hour ago.
  anHourAgo(join(system.folder, 'data', 'runs.db'))
  const preview = await previewed(system)
  await system.startServer()
  const end = await feed.run(work, 'success', 'failure', 'error')
  assert.equal(end.message, 'exit code 7')
  const { data } = await system.client.output(work, 'output')
  assert.equal(Buffer.from(data).toString(), `before\n${'z'.repeat(200_000)}`)
  const wanted = Object.values(POLICIES).reduce((sum, [, started]) => sum + started, 0)
  const late = (): number =>
    [...feed.runs.values()].filter(({ job_id: job, state, times }) => {
      return job !== 'work' && state === 'success' && Date.parse(String(times['schedule'])) < killed
    }).length
  await feed.until(() => late() >= wanted)
  for (const [name, [, started]] of Object.entries(POLICIES)) {
    const query = { job_id: name, from: killed - 2 * HOUR, to: killed, limit: 1_000 }
    const { instants } = await system.client.instants(query)
    assert.equal(instants.length, MISSED, name)
    assert.deepEqual(
      instants.map(({ verdict }) => verdict),
      [...Array<string>(MISSED - started).fill('missed'), ...Array<string>(started).fill('started')],
      name,
    )
    for (const { verdict, reason } of instants)
      if (verdict === 'missed') assert.match(reason ?? '', /^the server was away until \S+, last seen alive at /)
    const said = preview.get(name)
    assert.deepEqual(said, { run: started, missed: MISSED - started }, name)
  }
  assert.equal(late(), wanted)
  assert.equal((await system.client.sanity()).unaccounted, 0)
})

/** Moves where planning was left, and when a server was last alive, an hour into the past. */
function anHourAgo(file: string): void {
  const db = new DatabaseSync(file)
  db.exec(`UPDATE cursors SET until = until - ${HOUR}`)
  const { changes } = db
    .prepare(
      "UPDATE records SET json = json_set(json, '$.time', json ->> '$.time' - ?) WHERE kind = 'setting' AND id = 'alive'",
    )
    .run(HOUR)
  db.close()
  assert.equal(changes, 1)
}

/** What `apsisctl catch-up` says that a start would do, by job. */
async function previewed(system: System): Promise<ReadonlyMap<string, { run: number; missed: number }>> {
  const folders = ['--data', join(system.folder, 'data'), '--jobs', join(system.folder, 'jobs')]
  const command = new Child(
    [commandFile('apsisctl'), 'catch-up', ...folders, '--config', system.configFile, '--format', 'json'],
    process.env,
  )
  assert.deepEqual(await command.ended, { code: 0, signal: null }, command.lines.join('\n'))
  const rows = items(JSON.parse(command.lines.join('\n')))
  return new Map(
    rows.map((row) => {
      const missed = items(row.get('missed')).reduce((sum, one) => sum + Number(one.get('count')), 0)
      const [run] = items([row.get('run') ?? {}])
      return [String(row.get('job_id')), { run: Number(run?.get('count') ?? 0), missed }]
    }),
  )
}

/** The objects of an array of JSON. */
function items(read: unknown): readonly ReadonlyMap<string, unknown>[] {
  assert.ok(Array.isArray(read))
  return read.map((one: unknown) => new Map(Object.entries(one ?? {})))
}
