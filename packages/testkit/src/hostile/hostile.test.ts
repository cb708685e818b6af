import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import type { ProcResult } from '@apsis/wire/result'
import { LocalAgent, temporaryFolder } from '../agent/index.ts'
import { assertFlood } from './flood.ts'
import { MARKER, marked } from './tree.ts'

/** Bytes. `HOSTILE_FLOOD=1000000000` is the long form. */
const FLOOD = Number(process.env['HOSTILE_FLOOD'] ?? 100_000_000)

describe('hostile procs', { timeout: 120_000 }, () => {
  const scope = new AsyncDisposableStack()
  let agent: LocalAgent
  let programs: string
  let count = 0

  before(async () => {
    const folder = await temporaryFolder(scope)
    programs = join(folder, 'programs')
    await promisify(execFile)('cc', ['-O1', '-o', programs, join(import.meta.dirname, 'programs.c')])
    agent = await LocalAgent.start(scope, folder)
  })
  after(() => scope.disposeAsync())

  /** Starts a proc; its id is the value of the marker. */
  async function run(argv: readonly string[], orphans: 'keep' | 'kill' = 'keep'): Promise<string> {
    const id = `hostile-${process.pid}-${count++}`
    await agent.run(id, {
      argv,
      orphans,
      env: { inherit: true, vars: { [MARKER]: id } },
      fds: [
        ['stdin', { null: {} }],
        ['stdout', { capture: { encoding: 'utf-8' } }],
      ],
    })
    return id
  }

  const text = ({ fds }: ProcResult): string => (fds['stdout']?.type === 'text' ? fds['stdout'].text : '')

  /** Resolves when a proc has written; output comes without a change of the agent's, so it is looked for. */
  async function up(id: string): Promise<void> {
    while (!text(await agent.result(id)).includes('up\n')) await new Promise(setImmediate)
  }

  /** Stops a proc, and checks what has to be true after every stop: nothing is left, and the agent works. */
  async function stop(id: string, grace = 0.05): Promise<ProcResult> {
    await agent.handle.request({ type: 'ProcStopRequest', proc_id: id, signum: 15, grace })
    const result = await agent.ended(id)
    await empty(id)
    return result
  }

  async function empty(id: string): Promise<void> {
    assert.deepEqual(await marked(id), [], `left of ${id}`)
    await agent.delete(id)
    const check = await run(['/bin/true'])
    assert.equal((await agent.ended(check)).status?.exit_code, 0)
    await agent.delete(check)
    assert.deepEqual(agent.lines, [])
  }

  /** Runs one of the programs until it says that it is up, and stops it: it has ended by that signal, and nothing is left. */
  const isStopped = (argv: readonly string[], signal: string) => async (): Promise<void> => {
    const id = await run([programs, ...argv])
    await up(id)
    const { state, status, errors } = await stop(id)
    assert.deepEqual([state, status?.signal, errors], ['terminated', signal, []])
  }

  test(
    'HOST1: a daemon, twice forked with a session of its own and deaf, is ended by a stop',
    isStopped(['daemon'], 'SIGTERM'),
  )
  test('HOST2: one that is deaf to every signal that can be ignored is killed', isStopped(['deaf'], 'SIGKILL'))
  test('HOST3: a fork bomb with a bound is ended whole', isStopped(['bomb', '300'], 'SIGKILL'))
  test('HOST5: two hundred zombies are ended with their parent', isStopped(['zombies'], 'SIGTERM'))
  test(
    'HOST6: one that stopped itself, with stopped children in sessions of their own, is ended',
    isStopped(['frozen'], 'SIGTERM'),
  )
  test(
    'HOST7: a vfork whose child never executes anything is ended, parent and child',
    isStopped(['borrowed'], 'SIGTERM'),
  )
  test('HOST8: a name with a bracket and a newline confuses nobody', isStopped(['rename'], 'SIGTERM'))
  test('HOST9: one that closes its output is ended', isStopped(['silent'], 'SIGTERM'))

  test(
    'HOST4: a stop ends what is followed by its own child all the time, while the proc is alive',
    isStopped(['nest'], 'SIGTERM'),
  )

  test('HOST4: one that is followed by its own child all the time is ended with its proc where orphans are killed', async () => {
    const kept = await run([programs, 'respawn'], 'keep')
    assert.equal((await agent.ended(kept)).status?.exit_code, 0)
    // Each lives for milliseconds: some looks miss it.
    while ((await marked(kept)).length === 0) await new Promise(setImmediate)
    const killed = await run([programs, 'respawn'], 'kill')
    assert.equal((await agent.ended(killed)).status?.exit_code, 0)
    for (let look = 0; look < 10; look++) assert.deepEqual(await marked(killed), [])
    await empty(killed)
  })

  test('HOST10: a grandchild that holds the pipe delays no end, and is dead where it is to be', async () => {
    const kept = await run([programs, 'holder'], 'keep')
    const result = await agent.ended(kept)
    assert.equal(result.status?.exit_code, 7)
    const left = await marked(kept)
    assert.equal(left.length, 1)
    for (const pid of left) process.kill(pid, 'SIGKILL')
    const killed = await run([programs, 'holder'], 'kill')
    assert.equal((await agent.ended(killed)).status?.exit_code, 7)
    await empty(killed)
  })

  test('HOST11: a flood of output is there byte for byte', async () => {
    const id = `hostile-${process.pid}-${count++}`
    await agent.run(id, {
      argv: [programs, 'flood', String(FLOOD)],
      env: { inherit: true, vars: { [MARKER]: id } },
      fds: [['stdout', { capture: { attached: false } }]],
    })
    const { fds, status } = await agent.ended(id)
    assert.equal(status?.exit_code, 0)
    assert.deepEqual(fds['stdout'], { type: 'detached', length: FLOOD, encoding: 'base64' })
    await assertFlood(agent, id, FLOOD)
    await empty(id)
  })

  test('HOST12: output that comes byte by byte is there while it comes', async () => {
    const id = await run(['/bin/sh', '-c', 'while :; do printf x; sleep 0.05; done'])
    while (text(await agent.result(id)).length < 3) await new Promise(setImmediate)
    const result = await stop(id)
    assert.match(text(result), /^x{3,}$/)
  })

  test('HOST13: procs that end at once each have their record', async () => {
    const ids = await Promise.all(Array.from({ length: 100 }, () => run([programs, 'none'])))
    for (const id of ids) {
      const { state, status } = await agent.ended(id)
      assert.deepEqual([state, status?.exit_code], ['terminated', 0])
      await agent.delete(id)
    }
  })

  test('HOST14: killed by any signal there is, the one without a name and those of real time included', async () => {
    // All but those that stop, go on or are ignored.
    const mild = [17, 18, 19, 20, 21, 22, 23, 28]
    const fatal = Array.from({ length: 64 }, (_, index) => index + 1).filter((signum) => !mild.includes(signum))
    assert.equal(fatal.length, 56)
    for (const signum of fatal) {
      const id = await run(['/bin/sh', '-c', `ulimit -c 0; exec ${programs} signal ${signum}`])
      const { state, status, errors } = await agent.ended(id)
      assert.deepEqual([state, status?.signum, status?.exit_code, errors], ['terminated', signum, null, []])
      await agent.delete(id)
    }
  })

  test('HOST15: one that deletes the folder it is in', async () => {
    const id = await run(['/bin/sh', '-c', 'd=$(mktemp -d); cd $d; rmdir $d; echo up; sleep 1000 & wait'])
    await up(id)
    assert.equal((await stop(id)).status?.signal, 'SIGTERM')
  })

  test('HOST16: one that moves itself to another cgroup, where it may', async () => {
    const script =
      'for f in /sys/fs/cgroup/cgroup.procs /sys/fs/cgroup/*/cgroup.procs; do echo $$ > $f; done 2>/dev/null; cat /proc/self/cgroup; (trap "" TERM; sleep 1000 &); echo up; sleep 1000'
    const id = await run(['/bin/sh', '-c', script])
    await up(id)
    const result = await stop(id)
    const { status, tree, cgroup } = result
    assert.equal(status?.signal, 'SIGTERM')
    // What is deaf is out of reach of the cgroup that the proc was given, and killed none the less.
    assert.ok(tree?.killed === 1 && tree.left === 1 && tree.empty, JSON.stringify(tree))
    // The record names the cgroup that it was given, not where it went.
    const given = cgroup?.path
    if (given === undefined) return assert.equal(tree.proof, 'subreaper')
    assert.match(given, /procstar-/)
    assert.doesNotMatch(text(result), /procstar-/)
  })

  test('HOST17: one that kills its parents, and every process of its group', async () => {
    const group = await run(['/bin/sh', '-c', 'sleep 1000 & echo up; kill -KILL 0'])
    assert.equal((await agent.ended(group)).status?.signal, 'SIGKILL')
    await empty(group)
    const parent = await run(['/bin/sh', '-c', 'kill -KILL $PPID; sleep 1000'])
    const { state, errors } = await agent.ended(parent)
    assert.deepEqual([state, errors], ['error', ['lost: its monitor was killed']])
    // Nobody is left who knows of its children.
    for (const pid of await marked(parent)) process.kill(pid, 'SIGKILL')
    await agent.delete(parent)
  })
})
