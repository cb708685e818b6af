import { randomUUID } from 'node:crypto'
import { bootId, hostUnits, readClocks } from '../edges/host/index.ts'
import { Launcher } from '../edges/launch/index.ts'
import { errorText, OutputWatch, readConnId, Spool } from '../edges/spool/index.ts'
import { AgentMachine, type Input, type Instruction, type OutputFile } from '../machine/index.ts'
import type { AgentOptions } from '../options/index.ts'
import type { AgentEnd, AgentHandle } from './handle.ts'
import { JournalGate } from './journal-gate.ts'
import { Mailbox } from './mailbox.ts'
import { Performer } from './performer.ts'
import { Rotation } from './rotation.ts'
import { serverLink } from './server-link.ts'
import { Tickets } from './tickets.ts'

/** How important a line of the log is. */
export type LogLevel = 'info' | 'warn' | 'error'

/** What an agent needs of the process that it runs in. */
export interface AgentSurroundings {
  readonly log: (level: LogLevel, text: string) => void
  /** What procs inherit; `process.env` as a rule. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** A journal longer than this takes no new procs, bytes. */
const SEGMENT_LENGTH = 8 * 1024 * 1024
const TICK = 1_000
/** Bytes of requests to the launcher beyond which the server has to wait. */
const MOST_BACKLOG = 8 * 1024 * 1024
/** How long the last messages may take to be sent, ms. */
const LAST_WORDS = 1_000

/**
 * Runs an agent until it is stopped. Resolves when every proc of its state folder has been taken back and it has begun to connect. Throws
 * FolderBusyError when another agent uses the folder, and an Error that names the file when the folder or the launcher cannot be used.
 */
export async function runAgent(options: AgentOptions, { log, environment }: AgentSurroundings): Promise<AgentHandle> {
  const warn = (text: string): void => log('warn', text)
  const boot = await bootId()
  const units = await hostUnits(readClocks())
  const machine = new AgentMachine({
    boot,
    environment,
    restrictedExe: options.restrictExe,
    mostProcs: options.maxProcs,
  })
  const tickets = new Tickets()
  const listeners = new Set<() => void>()
  const closed = Promise.withResolvers<AgentEnd>()
  const post = (input: Input): void => mailbox.post(input)

  const spool = await Spool.open(
    { folder: options.stateDir, boot, segmentLength: SEGMENT_LENGTH },
    { record: (segment, line) => post({ kind: 'journal', segment, line }), trouble: warn },
  )
  const gate = new JournalGate<Input>(
    () => spool.catchUp(),
    post,
    (error) => warn(`reading journals: ${errorText(error)}`),
  )
  const launcher = new Launcher(
    { path: options.launcher, lockFile: spool.layout.lock, paths: spool.layout },
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
  const watch = new OutputWatch(
    (segment) => spool.layout.outputs(segment),
    (file) => post({ kind: 'grown', file }),
    warn,
  )
  const performer = new Performer({
    spool,
    launcher,
    watch,
    tickets,
    answers: { units, pathOf: (file) => spool.layout.output(file) },
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
    const now = `${machine.counts.revision} ${machine.shutdownState}`
    if (now === seen) return
    seen = now
    for (const listener of listeners) listener()
  })

  await launcher.start()
  let connId: string
  try {
    connId = options.connId ?? (await readConnId(spool.layout.identity, randomUUID))
    post({ kind: 'recovered', ...(await spool.recover()) })
    const files = await spool.existing(erased)
    erased = null
    spool.erase(files)
  } catch (error) {
    await launcher.close()
    await spool.close()
    throw error
  }
  if (launcher.ready) gate.hold({ kind: 'launcherReady' })

  const rotation = new Rotation(spool, (current) => post({ kind: 'rotated', current }), warn)
  const tick = setInterval(() => {
    gate.retry()
    spool.catchUp().catch((error: unknown) => warn(`reading journals: ${errorText(error)}`))
    post({ kind: 'tick' })
    void rotation.look()
  }, TICK)

  const link =
    options.host === null ? null : await serverLink(options, options.host, connId, { machine, performer, post, log })
  const linked = link?.run()
  void linked?.then((gaveUp) => (gaveUp ? end('unreachable') : undefined))

  let ending: Promise<void> | null = null
  function end(why: AgentEnd): Promise<void> {
    ending ??= (async () => {
      clearInterval(tick)
      await link?.close(LAST_WORDS)
      await linked
      watch.close()
      await spool.close()
      await launcher.close()
      tickets.close()
      closed.resolve(why)
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
    procIds: () => machine.procIds(),
    counts: () => machine.counts,
    shutdownState: () => machine.shutdownState,
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
