import assert from 'node:assert/strict'
import { readFile, watch } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { FeedWatch, System } from '../system/index.ts'

const LIMIT = { timeout: 90_000 }
const SECOND = 1_000

const JOBS = {
  tick: 'schedule: {type: interval, interval: 1}\nprogram: {type: no-op}',
  // A process beats while the server or the agent stands still, and is how the test knows that time passes.
  beat: `
params: [file]
program:
  type: procstar-shell
  command: for i in $(seq 30); do echo "beat $i"; echo "$i" >> {{ file }}; sleep 0.5; done; exit 4
`,
}

for (const who of ['server', 'agent'] as const) {
  test(`E2E25: the ${who} stands still for five seconds, and goes on`, LIMIT, async (t) => {
    const { system, feed, id, file } = await beating(t)
    const { process: stopped } = who === 'server' ? system.server : system.agent
    t.after(() => stopped.kill('SIGCONT'))
    await beats(file, 1)
    const from = Date.now()
    stopped.kill('SIGSTOP')
    await beats(file, 10)
    stopped.kill('SIGCONT')
    const until = Date.now()
    const end = await feed.run(id, 'success', 'failure', 'error')
    assert.equal(end.message, 'exit code 4')
    const { data } = await system.client.output(id, 'output')
    const lines = Array.from({ length: 30 }, (_, index) => `beat ${index + 1}\n`)
    assert.equal(Buffer.from(data).toString(), lines.join(''))
    assert.equal((await readFile(file, 'utf8')).split('\n').length - 1, 30, 'it ran once')
    await feed.until((runs) =>
      [...runs.values()].some(({ job_id: job, state, times }) => {
        return job === 'tick' && state === 'success' && Date.parse(String(times['schedule'])) > until + SECOND
      }),
    )
    const query = { job_id: 'tick', from: from - 60 * SECOND, to: until, limit: 1_000 }
    const { instants } = await system.client.instants(query)
    const inBetween = instants.filter(({ due }) => Date.parse(due) > from)
    assert.ok(inBetween.length >= 4, `${inBetween.length} instants while it stood still`)
    for (const [index, { due, verdict, run_id: run }] of instants.entries()) {
      assert.deepEqual([verdict, feed.runs.get(run ?? '')?.state], ['started', 'success'], due)
      const last = instants[index - 1]
      if (last !== undefined) assert.equal(Date.parse(due) - Date.parse(last.due), SECOND)
    }
  })
}

async function beating(t: TestContext): Promise<{ system: System; feed: FeedWatch; id: string; file: string }> {
  const system = await System.create({ jobs: JOBS, config: 'schedule: {horizon: 100}' })
  t.after(() => system.destroy())
  await system.start()
  const feed = new FeedWatch(system.url)
  t.after(() => feed.stop())
  const file = join(system.folder, 'beats')
  const { runs } = await system.client.schedule({ job_id: 'beat', args: { file } })
  return { system, feed, id: Object.keys(runs)[0] ?? '', file }
}

/** Resolves when the process has beaten so often. */
async function beats(file: string, times: number): Promise<void> {
  const changes = watch(join(file, '..'))
  const count = async (): Promise<number> => (await readFile(file, 'utf8').catch(() => '')).split('\n').length - 1
  if ((await count()) >= times) return
  for await (const _ of changes) if ((await count()) >= times) return
}
