import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { optionsIn, startAgent, temporaryFolder, until } from '../../fixture/agent.ts'
import { afterwards } from '../../fixture/cleanup.ts'
import { oldState } from '../../fixture/old-state.ts'

/** A monitor of the time: told to stop, it writes an end record as they did then. */
const MONITOR = `
trap 'printf "\\n%s\\n" "$1" >> "$0"; exit 0' 40
echo ready
while :; do read -r -t 1 _ <> <(:) || :; done`

test('SURV3: the folder of an older version', async (context) => {
  const folder = await temporaryFolder(context)
  const journal = join(folder, 'state/segments/000001/journal')
  const end =
    '{"t":"end","v":1,"id":"running","pid":1,"status":15,"start":"1795251720195050136","stop":"1795251720204652533","elapsed":"9602357","rusage":{"utime":805},"errors":[],"out":[{"fd":1,"len":0}],"stat":null,"statm":null,"tree":{"left":0,"killed":0,"empty":true,"proof":"subreaper"}}'
  const monitor = spawn('/bin/bash', ['-c', MONITOR, journal, end], { stdio: ['ignore', 'pipe', 'ignore'] })
  const exited = once(monitor, 'exit')
  afterwards(context, async () => {
    monitor.kill('SIGKILL')
    await exited
  })
  await once(monitor.stdout, 'data')
  const stat = await readFile(`/proc/${monitor.pid}/stat`, 'utf8')
  const start = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
  const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
  const { pid = 0 } = monitor
  await oldState(join(folder, 'state'), { boot, argv: ['/bin/sleep', '1000'], monitor: { pid, start }, pid })

  const agent = await startAgent(context, optionsIn(folder))
  assert.equal(agent.connId, '4d54368a-7129-4fa3-8d59-9f44b6aac587')
  assert.deepEqual(agent.procIds(), ['bad', 'ended', 'running'])
  const ended = await agent.result('ended', { text: true })
  assert.deepEqual([ended?.state, ended?.errors, ended?.status?.exit_code], ['terminated', [], 4])
  assert.deepEqual(ended?.fds, { stdout: { type: 'text', text: 'old\n', encoding: 'utf-8' } })
  const bad = await agent.result('bad', { text: true })
  assert.deepEqual(
    [bad?.state, bad?.errors],
    ['error', ['execve failed: /nonexistent: No such file or directory (os error 2)']],
  )
  assert.deepEqual((await agent.result('running', { text: true }))?.state, 'running')
  assert.equal(await agent.request({ type: 'ProcStopRequest', proc_id: 'running', signum: 15, grace: 1 }), null)
  await until(agent, () => agent.counts().unended === 0)
  const running = await agent.result('running', { text: true })
  assert.deepEqual([running?.state, running?.errors, running?.status?.signal], ['terminated', [], 'SIGTERM'])
  for (const id of agent.procIds())
    assert.deepEqual(await agent.request({ type: 'ProcDeleteRequest', proc_id: id }), {
      type: 'ProcDelete',
      proc_id: id,
    })
  assert.deepEqual(agent.procIds(), [])
})
