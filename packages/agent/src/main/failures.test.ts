import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import test, { type TestContext } from 'node:test'
import type { ProcResult } from '@apsis/wire/result'
import type { ProcSpec } from '@apsis/wire/spec'
import { monitorOf as leftMonitor } from '../edges/host/cgroup-leftover.ts'
import { endCgroups, findCgroup } from '../edges/host/index.ts'
import { optionsIn, startAgent, temporaryFolder, until } from '../fixture/agent.ts'
import { selfSigned } from '../fixture/certificate.ts'
import { afterwards } from '../fixture/cleanup.ts'
import { FixtureServer } from '../fixture/server.ts'
import { parseJournalLine } from '../machine/index.ts'
import { type AgentHandle, runAgent } from './index.ts'

const SLEEP: ProcSpec = { argv: ['/bin/sleep', '1000'], fds: [['stdout', { capture: {} }]] }

async function start(agent: AgentHandle, id: string, spec: ProcSpec = SLEEP): Promise<void> {
  assert.equal(await agent.request({ type: 'ProcStartRequest', specs: { [id]: spec } }), null)
}

async function result(agent: AgentHandle, id: string): Promise<ProcResult> {
  const answer = await agent.request({ type: 'ProcResultRequest', proc_id: id })
  assert.ok(answer?.type === 'ProcResult')
  return answer.res
}

async function untilPid(agent: AgentHandle, id: string): Promise<number> {
  for (;;) {
    // Listening first: it may start while the answer is made.
    const change = Promise.withResolvers<void>()
    const off = agent.onChange(() => change.resolve())
    const { pid } = await result(agent, id)
    if (pid === null) await change.promise
    off()
    if (pid !== null) return pid
  }
}

/** The spawner is the one child of this process that is a launcher. */
async function spawner(): Promise<number> {
  const children = (await readFile(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')).trim().split(' ')
  for (const pid of children) {
    if ((await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes('procstar-launcher')) return Number(pid)
  }
  throw new Error('no launcher')
}

async function monitorOf(folder: string, id: string): Promise<number> {
  const journal = await readFile(join(folder, 'state/segments/000001/journal'), 'utf8')
  const line = journal.split('\n').find((text) => text.startsWith('{"t":"start"') && text.includes(`"id":"${id}"`))
  const record = parseJournalLine(line ?? '')
  assert.ok(record?.t === 'start')
  return record.monitor.pid
}

test('a launcher that is killed is replaced; procs go on, and what is asked meanwhile is done', async (context) => {
  const agent = await startAgent(context, optionsIn(await temporaryFolder(context)))
  await start(agent, 'a')
  await untilPid(agent, 'a')
  process.kill(await spawner(), 'SIGKILL')
  await start(agent, 'b', { argv: ['/bin/true'] })
  assert.equal(await agent.request({ type: 'ProcStopRequest', proc_id: 'a', signum: 15, grace: null }), null)
  await until(agent, () => agent.counts().unended === 0)
  assert.equal((await result(agent, 'a')).status?.signal, 'SIGTERM')
  assert.equal((await result(agent, 'b')).status?.exit_code, 0)
})

test('a monitor that is killed takes its proc along, and the result says so', async (context) => {
  const folder = await temporaryFolder(context)
  const agent = await startAgent(context, optionsIn(folder))
  await start(agent, 'a')
  const pid = await untilPid(agent, 'a')
  process.kill(await monitorOf(folder, 'a'), 'SIGKILL')
  await until(agent, () => agent.counts().unended === 0)
  const { state, errors, status } = await result(agent, 'a')
  assert.deepEqual([state, errors, status?.signal], ['error', ['lost: its monitor was killed'], 'SIGKILL'])
  // Killed by the kernel in the same moment, but not before its monitor.
  for (let stat = '?'; stat !== '' && !/\) [ZX] /.test(stat); )
    stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
})

test('a monitor that is killed while there is no agent', async (context) => {
  const folder = await temporaryFolder(context)
  const first = await startAgent(context, optionsIn(folder))
  await start(first, 'a')
  await start(first, 'b', { argv: ['/bin/true'] })
  await untilPid(first, 'a')
  await first.stop()
  process.kill(await monitorOf(folder, 'a'), 'SIGKILL')
  const second = await startAgent(context, optionsIn(folder))
  assert.equal(second.connId, first.connId)
  await until(second, () => second.counts().unended === 0)
  assert.deepEqual((await result(second, 'a')).errors, ['lost: its monitor was killed'])
})

test('a folder that ended with its host: procs are lost, their output is there', async (context) => {
  const folder = await temporaryFolder(context)
  const first = await startAgent(context, optionsIn(folder))
  await start(first, 'a', { argv: ['/bin/echo', 'kept'], fds: [['1', { capture: { encoding: 'utf-8' } }]] })
  await until(first, () => first.counts().unended === 0)
  await first.stop()
  const journal = join(folder, 'state/segments/000001/journal')
  const text = await readFile(journal, 'utf8')
  // As if the host had gone down before the end was written.
  await writeFile(journal, text.replace(/"boot":"[^"]*"/, '"boot":"another"').replace(/\n\{"t":"end".*\n/, '\n'))
  const second = await startAgent(context, optionsIn(folder))
  const { state, errors, status, fds } = await result(second, 'a')
  assert.deepEqual([state, errors, status], ['error', ['lost: host rebooted'], null])
  assert.deepEqual(fds, { stdout: { type: 'text', text: 'kept\n', encoding: 'utf-8' } })
  assert.deepEqual(await readdir(join(folder, 'state/segments')), ['000001', '000002'])
})

test('a launcher that cannot be run is said by name', async (context) => {
  const folder = await temporaryFolder(context)
  const running = runAgent(optionsIn(folder, { launcher: '/does/not/exist' }), { log: () => {}, environment: {} })
  await assert.rejects(running, /cannot run the launcher \/does\/not\/exist/)
})

async function unreachable(
  context: TestContext,
  given: { readonly token?: string; readonly cert?: string | null },
): Promise<readonly string[]> {
  const folder = await temporaryFolder(context)
  const certificate = await selfSigned()
  const server = await FixtureServer.start(certificate, {})
  afterwards(context, () => server.close())
  await writeFile(join(folder, 'cert.pem'), certificate.cert)
  const options = optionsIn(folder, {
    host: 'localhost',
    port: server.port,
    cert: join(folder, 'cert.pem'),
    connectCountMax: 3,
    ...given,
  })
  const lines: string[] = []
  const agent = await runAgent(options, { log: (level, text) => lines.push(`${level}: ${text}`), environment: {} })
  assert.equal(await agent.closed, 'unreachable')
  return lines.filter((line) => !line.startsWith('info: control group'))
}

test('a server that refuses the token, or is not to be trusted, is given up after as many attempts as allowed', async (context) => {
  const refused = await unreachable(context, { token: 'wrong' })
  assert.equal(refused.length, 3)
  assert.match(
    refused[0] ?? '',
    /^warn: cannot connect to localhost:\d+: closed by the server: 1008 access token refused \(PROCSTAR_AGENT_TOKEN has to be what the server has\); trying again in 0.01 s$/,
  )
  assert.match(refused[2] ?? '', /giving up$/)
  const untrusted = await unreachable(context, { cert: null })
  assert.match(
    untrusted[0] ?? '',
    /: self-signed certificate \(PROCSTAR_AGENT_CERT has to name a PEM file with the server's certificate\); trying again in/,
  )
})

// A proc that leaves a descendant, which has its own session and ignores what ends terminals, in its control group.
const LEAVING: ProcSpec = {
  argv: ['/bin/sh', '-c', 'trap "" HUP; setsid sh -c "trap \\"\\" HUP TERM; echo \\$\\$; exec sleep 1000" & wait'],
  fds: [['stdout', { capture: {} }]],
}

function isAlive(pid: number): Promise<boolean> {
  return readFile(`/proc/${pid}/stat`, 'utf8').then(
    (stat) => !/\) [ZX] /.test(stat),
    () => false,
  )
}

/** The pid that the descendant has written. */
async function untilLeft(agent: AgentHandle, id: string): Promise<number> {
  const found = agent.output(id, 1)
  assert.ok(found.kind === 'output')
  for (;;) {
    const change = Promise.withResolvers<void>()
    const off = found.source.onGrowth(() => change.resolve())
    const text = Buffer.from(await found.source.read(0, 100)).toString()
    if (!/^\d+\n/.test(text)) await change.promise
    off()
    if (/^\d+\n/.test(text)) return Number(text)
  }
}

/** Folders of its control groups. */
async function cgroupsOf(folder: string, id: string): Promise<readonly string[]> {
  const journal = await readFile(join(folder, 'state/segments/000001/journal'), 'utf8')
  const lines = journal.split('\n').map(parseJournalLine)
  return lines.flatMap((line) => (line?.t === 'start' && line.id === id ? (line.cgroups ?? []) : []))
}

test('AGT86: what a killed monitor was to kill is ended by its control group', async (context) => {
  if ((await findCgroup()).kind === 'none') return context.skip('no control group can be made here')
  const folder = await temporaryFolder(context)
  const agent = await startAgent(context, optionsIn(folder))
  await start(agent, 'a', { ...LEAVING, orphans: 'kill' })
  await start(agent, 'b', { ...LEAVING, orphans: 'keep' })
  const [pid, kept] = [await untilLeft(agent, 'a'), await untilLeft(agent, 'b')]
  const cgroups = await cgroupsOf(folder, 'a')
  if (cgroups.length === 0) return context.skip('no control group of v2 can be made here')
  const left = await cgroupsOf(folder, 'b')
  for (const id of ['a', 'b']) process.kill(await monitorOf(folder, id), 'SIGKILL')
  afterwards(context, async () => {
    const monitor = leftMonitor(basename(left[0] ?? ''))
    if (monitor !== null) await endCgroups(monitor, left)
  })
  await until(agent, () => agent.counts().unended === 0)
  const ended = await result(agent, 'a')
  assert.deepEqual([ended.errors, ended.status?.signal], [['lost: its monitor was killed'], 'SIGKILL'])
  assert.deepEqual([ended.tree?.empty, ended.tree?.proof], [true, 'cgroup'])
  assert.ok(Number(ended.tree?.killed) >= 1, JSON.stringify(ended.tree))
  assert.equal(await isAlive(pid), false)
  for (const path of cgroups) assert.equal(existsSync(path), false)
  // What is to be kept is.
  assert.deepEqual([(await result(agent, 'b')).tree, await isAlive(kept)], [null, true])
})

test('AGT86: one that was killed while there was no agent', async (context) => {
  if ((await findCgroup()).kind === 'none') return context.skip('no control group can be made here')
  const folder = await temporaryFolder(context)
  const first = await startAgent(context, optionsIn(folder))
  await start(first, 'a', { ...LEAVING, orphans: 'kill' })
  const pid = await untilLeft(first, 'a')
  const cgroups = await cgroupsOf(folder, 'a')
  if (cgroups.length === 0) return context.skip('no control group of v2 can be made here')
  await first.stop()
  process.kill(await monitorOf(folder, 'a'), 'SIGKILL')
  const second = await startAgent(context, optionsIn(folder))
  await until(second, () => second.counts().unended === 0)
  const { tree } = await result(second, 'a')
  assert.deepEqual([tree?.empty, tree?.proof, await isAlive(pid)], [true, 'cgroup', false])
  for (const path of cgroups) assert.equal(existsSync(path), false)
  assert.equal(
    second.lines.some((line) => cgroups.some((path) => line.includes(`group ${path}`))),
    false,
  )
  // The conclusion is recorded.
  await second.stop()
  const third = await startAgent(context, optionsIn(folder))
  assert.deepEqual((await result(third, 'a')).tree, tree)
})
