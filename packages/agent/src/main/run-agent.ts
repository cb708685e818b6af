import { randomUUID } from 'node:crypto'
import type { ProcSpecs } from '@apsis/wire/spec'
import {
  bootId,
  Engine,
  findCgroup,
  HostAccounts,
  hostUnits,
  namesAccounts,
  placeCgroup,
  readClocks,
  sweepCgroups,
} from '../edges/host/index.ts'
import { Launcher } from '../edges/launch/index.ts'
import type { Connector } from '../edges/socket/index.ts'
import { errorText, OutputWatch, readConnId, Rescue, Spool, watchPath } from '../edges/spool/index.ts'
import { AgentMachine, fileKey, type Input, type Instruction, type OutputFile } from '../machine/index.ts'
import type { AgentOptions } from '../options/index.ts'
import { localResult } from './answers.ts'
import { description } from './description.ts'
import { Beat } from './beat.ts'
import { cgroupText, isLeftBy, leftoverText } from './cgroup-log.ts'
import { Deferred } from './deferred.ts'
import { FolderGuard } from './folder-guard.ts'
import type { AgentEnd, AgentHandle } from './handle.ts'
import { JournalGate } from './journal-gate.ts'
import { LocalOutputs } from './local-outputs.ts'
import { Mailbox } from './mailbox.ts'
import { mergedOutput } from './merged-output.ts'
import { Performer } from './performer.ts'
import { Rotation } from './rotation.ts'
import { serverLink } from './server-link.ts'
import { surviveFileLimit } from './signals.ts'
import { StartsFirst } from './starts-first.ts'
import { Tickets } from './tickets.ts'

/** How important a line of the log is. */
export type LogLevel = 'info' | 'warn' | 'error'

/** What an agent needs of the process that it runs in. */
export interface AgentSurroundings {
  readonly log: (level: LogLevel, text: string) => void
  /** What procs inherit; `process.env` as a rule. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The server is told nothing before this; default: at once. Is not to reject. */
  readonly connectAfter?: Promise<void>
}

/** A journal longer than this takes no new procs, bytes. */
const SEGMENT_LENGTH = 8 * 1024 * 1024
/** Bytes of requests to the launcher beyond which the server has to wait. */
const MOST_BACKLOG = 8 * 1024 * 1024
/** How long the last messages may take to be sent, ms. */
const LAST_WORDS = 1_000

/**
 * Runs an agent until it is stopped. Resolves when every proc of its state folder has been taken back; then it connects. Throws
 * FolderBusyError when another agent uses the folder, and an Error that names the file when the folder or the launcher cannot be used.
 */
export async function runAgent(
  options: AgentOptions,
  { log, environment, connectAfter }: AgentSurroundings,
): Promise<AgentHandle> {
  const warn = (text: string): void => log('warn', text)
  const dieOfFileLimit = surviveFileLimit()
  const boot = await bootId()
  const units = await hostUnits(readClocks())
  // Before the launcher, which is to be born where the agent is then.
  const cgroup = await findCgroup()
  log('info', cgroupText(cgroup))
  const accounts = new HostAccounts()
  let known = accounts.current()
  const machine = new AgentMachine({
    boot,
    environment,
    restrictedExe: options.restrictExe,
    mostProcs: options.maxProcs,
    keeping: { keepFor: options.keepFor, diskBudget: options.diskBudget },
    accounts: known,
    folder: process.cwd(),
    cgroup: (settings) => placeCgroup(cgroup, settings),
  })
  const tickets = new Tickets()
  const listeners = new Set<() => void>()
  const closed = Promise.withResolvers<AgentEnd>()
  const post = (input: Input): void => {
    if (input.kind === 'request' && input.request.type === 'ProcStartRequest') lookUp(input.request.specs)
    mailbox.post(input)
  }
  // Before the request, so that what the machine decides follows from what it was given.
  const lookUp = (specs: ProcSpecs): void => {
    if (!Object.values(specs).some(namesAccounts)) return
    const now = accounts.current()
    if (now !== known) mailbox.post({ kind: 'accounts', accounts: now })
    known = now
  }

  const spool = await Spool.open(
    { folder: options.stateDir, boot, segmentLength: SEGMENT_LENGTH },
    {
      record: (segment, line) => {
        post({ kind: 'journal', segment, line })
        if (erased !== null) return
        if (line.t === 'start') log('info', `proc started: ${line.pid}`)
        if (line.t === 'end' && line.pid !== null) log('info', `proc reaped: ${line.pid}`)
      },
      trouble: warn,
      wait: () => starts.wait,
    },
  )
  const starts = new StartsFirst(() => machine.counts.unstarted)
  const gate = new JournalGate<Input>(
    async () => {
      await starts.turn()
      await spool.catchUp()
    },
    post,
    (error) => {
      warn(`reading journals: ${errorText(error)}`)
      beat.hasten()
    },
  )
  const launcher = new Launcher(
    {
      path: options.launcher,
      lockFile: () => (guard.isGone ? spool.lastingLock : spool.layout.lock),
      paths: spool.layout,
    },
    {
      ready: () => gate.hold({ kind: 'launcherReady' }),
      lost: () => post({ kind: 'launcherLost' }),
      launched: (id, monitor) => post({ kind: 'launched', id, monitor }),
      launchFailed: (id, error) => post({ kind: 'launchFailed', id, error }),
      commanded: (id, command, asked, errno) => post({ kind: 'commanded', id, command, for: asked, errno }),
      gone: (monitor) => gate.hold({ kind: 'gone', monitor }),
      trouble: warn,
    },
  )
  const rescue = new Rescue()
  const guard = new FolderGuard({
    folder: options.stateDir,
    spool,
    rescue,
    machine,
    log,
    gone: () => {
      post({ kind: 'shutdown', how: 'idle' })
      beat.hasten()
    },
  })
  const growth = new Deferred<OutputFile>(starts, fileKey, (file) => post({ kind: 'grown', file }))
  const watch = new OutputWatch(
    (segment) => spool.layout.outputs(segment),
    (file) => growth.add(file),
    warn,
  )
  const answers = { units, pathOf: (file: OutputFile) => rescue.pathOf(spool.layout.output(file)) }
  const outputs = new LocalOutputs({
    proc: (id) => machine.proc(id),
    pathOf: answers.pathOf,
    folderOf: (segment) => spool.layout.outputs(segment),
    warn,
  })
  const performer = new Performer({
    spool,
    launcher,
    watch,
    tickets,
    answers,
    post: (input) => queueMicrotask(() => post(input)),
    warn,
    current: (id) => machine.proc(id),
    finish: () => void end('done'),
  })
  // While old records are read, most of what they have deleted is gone already.
  let erased: OutputFile[] | null = []
  const perform = (instruction: Instruction): void => {
    if (erased !== null && instruction.do === 'erase') erased.push(...instruction.files)
    else performer.perform(instruction)
  }
  let seen = ''
  const mailbox = new Mailbox(machine, perform, () => {
    const { connection } = performer
    connection?.setPaused(launcher.backlog > MOST_BACKLOG || connection.congested)
    if (beatNeeded()) beat.hasten()
    const now = `${machine.counts.revision} ${machine.shutdownState}`
    if (now === seen) return
    seen = now
    if (machine.counts.unended > 0) engine.work()
    // What has changed may have made the journal long enough.
    beat.hasten()
    outputs.look()
    for (const listener of listeners) listener()
  })

  const rotation = new Rotation(spool, (current) => post({ kind: 'rotated', current }), warn)
  const engine = new Engine()
  const beatNeeded = (): boolean => machine.needsTick || gate.holds || engine.needsLook
  const beat = new Beat(() => {
    gate.retry()
    spool.catchUp().catch((error: unknown) => warn(`reading journals: ${errorText(error)}`))
    post({ kind: 'tick' })
    outputs.look()
    void guard.look()
    if (!guard.isGone) void rotation.look()
    engine.look()
  }, beatNeeded)

  await launcher.start()
  let connId: string
  try {
    connId = options.connId ?? (await readConnId(spool.layout.identity, randomUUID))
    post({ kind: 'recovered', ...(await spool.recover()) })
    const files = await spool.existing(erased)
    erased = null
    spool.erase(files)
    if (cgroup.kind !== 'none')
      for (const left of await sweepCgroups(cgroup, machine.heldCgroups())) {
        const procs = machine.procIds().flatMap((id) => machine.proc(id) ?? [])
        log(isLeftBy(procs, left) ? 'warn' : 'info', leftoverText(left.path))
      }
  } catch (error) {
    await launcher.close()
    await spool.close()
    dieOfFileLimit()
    throw error
  }
  const unwatchFolder = watchPath(options.stateDir, () => void guard.look(), warn)
  beat.start()
  if (launcher.ready) gate.hold({ kind: 'launcherReady' })

  let ending: Promise<void> | null = null
  let link: Connector | null = null
  const linked = connect()
  linked.then(
    (gaveUp) => (gaveUp ? end('unreachable') : undefined),
    (error: unknown) => {
      log('error', `cannot connect: ${errorText(error)}`)
      return end('unreachable')
    },
  )

  /** Resolves with whether it has given up. */
  async function connect(): Promise<boolean> {
    const { host } = options
    if (host === null) return false
    await connectAfter
    if (ending !== null) return false
    const made = await serverLink(options, host, connId, { machine, performer, post, log })
    if (ending !== null) return false
    link = made
    return made.run()
  }

  function end(why: AgentEnd): Promise<void> {
    ending ??= (async () => {
      beat.stop()
      unwatchFolder()
      try {
        await link?.close(LAST_WORDS)
        await linked.catch(() => {})
        watch.close()
        outputs.close()
        await guard.look()
        await rescue.close()
        await spool.close()
      } catch (error) {
        log('error', `ending: ${errorText(error)}`)
      } finally {
        // Whatever else happens: a launcher that is left would keep this process alive.
        await launcher.close()
        tickets.close()
        dieOfFileLimit()
        closed.resolve(why === 'done' && guard.isGone ? 'folder-gone' : why)
      }
    })()
    return ending
  }

  return {
    connId,
    closed: closed.promise,
    stop: () => end('stopped'),
    shutdown: (how) => post({ kind: 'shutdown', how }),
    request: (request) => {
      if (ending !== null) return Promise.reject(new Error('the agent has ended'))
      const { ticket, answer } = tickets.issue()
      post({ kind: 'request', from: { kind: 'local', ticket }, request })
      return answer
    },
    result: async (id, { text }) => {
      const proc = machine.proc(id)
      return proc === undefined ? null : localResult(proc, text, answers)
    },
    output: (id, fd) => outputs.find(id, fd),
    merged: (id) => mergedOutput(machine.proc(id), answers.pathOf),
    stopPolicy: (id) => {
      const stop = machine.proc(id)?.stop ?? null
      return stop === null ? null : { signum: stop.signum, grace: stop.grace / 1000 }
    },
    describe: () => description(connId, options),
    procIds: () => machine.procIds(),
    counts: () => machine.counts,
    shutdownState: () => machine.shutdownState,
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
