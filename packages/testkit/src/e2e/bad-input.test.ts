import assert from 'node:assert/strict'
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Child, commandFile, FeedWatch, freePort, System } from '../system/index.ts'

/** Longest that a start may take to fail: generous, for a machine under load. */
const BOUNDED = { timeout: 30_000 }
const GOOD = 'program: {type: no-op}\n'

test(
  'E2E5: an agent with a wrong token is refused, says so and goes on trying; the server serves on',
  BOUNDED,
  async (t) => {
    const system = await systemFor(t, { jobs: { echo: "program: {type: procstar-shell, command: 'true'}" } })
    await system.startServer()
    system.startAgent('another-token')
    await system.server.line(/ W .*access token refused/)
    const refusal =
      /WARN - cannot connect to localhost:\d+: .*access token refused.*PROCSTAR_AGENT_TOKEN.*trying again in/
    await system.agent.line(refusal)
    await system.agent.next(refusal)
    assert.equal(system.agent.process.exitCode, null)
    assert.deepEqual(Object.keys(await system.client.connections()), [])
    await system.agent.kill('SIGTERM')
    system.startAgent()
    await system.server.line(/agent connected/)
    await succeeds(t, system, 'echo')
  },
)

test('E2E10: a port in use ends the start with the address and a way out', BOUNDED, async (t) => {
  const folder = await jobFolder(t, { good: GOOD })
  const port = await takenPort(t)
  const api = await failedStart(t, folder, ['--bind', `127.0.0.1:${port}`])
  assert.match(api, new RegExp(`^Error: 127\\.0\\.0\\.1:${port} is in use.*--bind ADDR:PORT$`))
  const agents = await failedStart(t, folder, ['--bind', '127.0.0.1:0'], { PROCSTAR_AGENT_PORT: String(port) })
  assert.match(agents, new RegExp(`^Error: .*${port}.*EADDRINUSE.*procstar\\.agent\\.server\\.port$`))
})

test('E2E11: all errors of a config file are told at once, each with its place', BOUNDED, async (t) => {
  const folder = await jobFolder(t, { good: GOOD })
  const file = join(folder, 'config.yaml')
  await writeFile(
    file,
    `job_dir: jobs
nosuch: 1
bind: [127.0.0.1:0]
procstar: {agent: {sevrer: {port: 1}}}
waiting: {max_time: soon}
`,
  )
  const lines = (await failedStart(t, folder, ['--config', file])).split('\n')
  assert.equal(lines.shift(), `Error: errors in the config file ${file}`)
  assert.ok(lines[0]?.startsWith(`${file}:2:1: error CONFIG_KEY_UNKNOWN: unexpected key: nosuch (known here: `))
  assert.equal(lines[1], `${file}:4:20: error CONFIG_KEY_UNKNOWN: unexpected key: sevrer (did you mean 'server'?)`)
  assert.match(lines[2] ?? '', new RegExp(`^${file}:5:21: error CONFIG_VALUE: `))
  assert.equal(lines.length, 3)
})

test('E2E11: a config file that is not there, or is no config, is named', BOUNDED, async (t) => {
  const folder = await jobFolder(t, { good: GOOD })
  const file = join(folder, 'config.yaml')
  assert.match(
    await failedStart(t, folder, ['--config', file]),
    /^Error: cannot read the config file .*config\.yaml: ENOENT.*$/,
  )
  await writeFile(file, 'job_dir: [jobs\n')
  assert.match(await failedStart(t, folder, ['--config', file]), /config\.yaml:2:1: error CONFIG_YAML_SYNTAX: .*$/)
  await writeFile(file, '- job_dir\n')
  assert.match(await failedStart(t, folder, ['--config', file]), /config\.yaml:1:1: error CONFIG_NOT_A_MAPPING: .*$/)
})

test('E2E12: job files that are none end the start, with every error and its place at once', BOUNDED, async (t) => {
  const folder = await jobFolder(t, {
    empty: '',
    good: GOOD,
    key: 'program: {type: no-op}\nschedul: {type: daily}\n',
    list: '- program\n',
    'sub/type': 'program:\n  type: no-opp\n',
    syntax: 'program: {type: no-op\n',
    value: 'program: {type: no-op}\nschedule:\n  type: interval\n  interval: potato\n',
  })
  const lines = (await failedStart(t, folder, ['--bind', '127.0.0.1:0'])).split('\n')
  assert.equal(lines.shift(), `Error: errors loading jobs in ${join(folder, 'jobs')}`)
  const expected = [
    ['empty.yaml:1:1', 'JOB_EMPTY'],
    ['key.yaml:2:1', 'JOB_KEY_UNKNOWN', "did you mean 'schedule'?"],
    ['list.yaml:1:1', 'JOB_NOT_A_MAPPING'],
    ['sub/type.yaml:2:9', 'JOB_TYPE_UNKNOWN', "did you mean 'no-op'?"],
    ['syntax.yaml:2:1', 'JOB_YAML_SYNTAX'],
    ['value.yaml:4:13', 'JOB_VALUE', 'potato'],
  ] as const
  assert.equal(lines.length, expected.length, lines.join('\n'))
  for (const [index, [place, code, ...texts]] of expected.entries()) {
    const line = lines[index] ?? ''
    assert.ok(line.startsWith(`${join(folder, 'jobs', place)}: error ${code}: `), `${line} is not ${code} at ${place}`)
    for (const text of texts) assert.ok(line.includes(text), line)
  }
})

test('E2E13: a data folder that cannot be written ends the start, with its name and a way out', BOUNDED, async (t) => {
  const folder = await jobFolder(t, { good: GOOD })
  const file = join(folder, 'file')
  await writeFile(file, '')
  // Also for root nothing can be made in /proc.
  for (const data of [file, join(file, 'data'), '/proc/apsis/data']) {
    const text = await failedStart(t, folder, ['--bind', '127.0.0.1:0', '--data', data])
    assert.match(text, /^Error: the data folder .* Use another data folder, .*$/)
    assert.ok(text.includes(data), text)
  }
})

/** Starts a server that has to fail with code 1; resolves with all that it says. */
async function failedStart(
  t: TestContext,
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const agentPort = String(await freePort())
  const all = [commandFile('apsisctl'), 'serve']
  if (!args.includes('--config')) all.push('--jobs', join(folder, 'jobs'))
  if (!args.includes('--config') && !args.includes('--data')) all.push('--data', join(folder, 'data'))
  const child = new Child([...all, ...args], { ...process.env, PROCSTAR_AGENT_PORT: agentPort, ...env })
  t.after(() => child.kill('SIGKILL'))
  assert.deepEqual(await child.ended, { code: 1, signal: null })
  return child.lines.join('\n')
}

async function jobFolder(t: TestContext, jobs: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-bad-'))
  t.after(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'jobs', 'sub'), { recursive: true })
  for (const [id, text] of Object.entries(jobs)) await writeFile(join(folder, 'jobs', `${id}.yaml`), text)
  return folder
}

async function takenPort(t: TestContext): Promise<number> {
  const server = createServer()
  t.after(() => server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}

async function systemFor(t: TestContext, options: Parameters<typeof System.create>[0]): Promise<System> {
  const system = await System.create(options)
  t.after(() => system.destroy())
  return system
}

async function succeeds(t: TestContext, system: System, jobId: string): Promise<void> {
  const feed = new FeedWatch(system.url)
  t.after(() => feed.stop())
  const { runs } = await system.client.schedule({ job_id: jobId, args: {} })
  const id = Object.keys(runs)[0]
  assert.ok(id !== undefined)
  await feed.run(id, 'success')
}
