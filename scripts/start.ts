// `npm start`: a server on the example jobs, and a local agent, until Ctrl-C.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'
import { defaultConfig } from '@apsis/core/config'
import { formatDiagnostic } from '@apsis/core/document'
import { openServerLog, startServer, tendLog } from '@apsis/server/main'

const ROOT = join(import.meta.dirname, '..')
/** Time before an agent that ended by itself is started again, ms. */
const RESTART = 1_000
/** Two signals within this time are one: npm passes on the one that the terminal has sent already. */
const SAME = 1_500
/** How long the agent of a start that was killed may take to end, ms. */
const FORMER = 5_000
/** How long a server that failed may take to stop, ms. */
const FAILED = 5_000

const USAGE = 'npm start -- [--data DIR] [--jobs DIR] [--port PORT]'

const values = valuesGiven()
if (values.help === true) {
  process.stdout.write(`${USAGE}

Serves the jobs of a folder (default: examples/jobs) with a local agent.
  --data DIR   where runs, outputs and the agent's state are kept (default: apsis below the user's state folder)
  --jobs DIR   folder of job files
  --port PORT  of the page and the API, on 127.0.0.1 (default: 5000)
`)
  process.exit(0)
}

const stateHome = process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state')
const data = resolve(values.data ?? join(stateHome, 'apsis'))
const jobs = resolve(values.jobs ?? join(ROOT, 'examples', 'jobs'))
const port = Number(values.port ?? 5000)
if (!Number.isInteger(port) || port < 0 || port > 65_535)
  fail(`--port: expected a number from 0 to 65535, got ${values.port}`)

let stopping = false
let firstSignal = 0
let agent: ChildProcess | null = null
let stop = async (): Promise<void> => {}

const opened = await openServerLog({ level: 'warning', format: null, file: null }, defaultConfig().log, data)
if (!opened.ok) fail(opened.message)
tendLog(opened.log, false)

const result = await startServer({
  config: defaultConfig(),
  dataFolder: join(data, 'server'),
  jobsFolder: jobs,
  calendarFolders: [],
  bind: [{ host: '127.0.0.1', port }],
  agents: { host: '127.0.0.1', port: 0, token: null, tls: null },
  webFolder: join(ROOT, 'packages', 'web', 'dist'),
  version: '0.1.0',
  log: opened.log,
  onShutDown: () => void end(0),
  onFailure: failed,
})
if (!result.ok) {
  for (const diagnostic of result.diagnostics) process.stderr.write(`${formatDiagnostic(diagnostic)}\n`)
  fail(result.message)
}
const { server } = result
const agents = server.agents
if (agents === null) throw new TypeError('the server was asked to take agents')
stop = () => server.stop()
process.on('SIGINT', signalled)
process.on('SIGTERM', signalled)
// A terminal that is closed: by default this process would end at once, and leave the agent behind.
process.on('SIGHUP', signalled)
await mkdir(join(data, 'agent'), { recursive: true })
await endFormerAgent()
startAgent(agents)
const address = server.addresses[0]
process.stdout.write(`${server.jobs} ${server.jobs === 1 ? 'job' : 'jobs'} of ${jobs}; data in ${data}
Apsis is at http://${address?.host}:${address?.port}/  (Ctrl-C ends it; processes that run go on and are taken up again)
`)

/** In a session of its own, so that Ctrl-C in the terminal reaches the server alone, which ends it in order. */
function startAgent(to: { readonly port: number; readonly certPath: string; readonly token: string }): void {
  const bin = join(ROOT, 'packages', 'cli', 'src', 'bin', 'procstar.mjs')
  const args = ['--agent', '--agent-host', 'localhost', '--agent-port', String(to.port), '--state', join(data, 'agent')]
  // The command, not node with its file: it starts smaller.
  const child = spawn(bin, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
    env: { ...process.env, PROCSTAR_AGENT_CERT: to.certPath, PROCSTAR_AGENT_TOKEN: to.token },
  })
  agent = child
  if (child.pid !== undefined) {
    writeFile(pidFile(), `${child.pid}\n`).catch((error: unknown) => process.stderr.write(`${String(error)}\n`))
  }
  child.on('exit', (code, signal) => {
    if (stopping) return
    process.stderr.write(`the local agent ended (${signal ?? code}); starting it again\n`)
    setTimeout(() => stopping || startAgent(to), RESTART)
  })
}

function pidFile(): string {
  return join(data, 'agent.pid')
}

/**
 * Ends the agent that a start left behind when it was killed: it has the state folder, and waits for a server at a port that is no more. The
 * store's lock says that no other start uses this data. What the agent ran goes on, and is taken up by the new one.
 */
async function endFormerAgent(): Promise<void> {
  const pid = Number(await readFile(pidFile(), 'utf8').catch(() => ''))
  const runs = async (): Promise<boolean> =>
    pid > 0 &&
    (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0').includes(join(data, 'agent'))
  const until = Date.now() + FORMER
  if (await runs()) process.kill(pid, 'SIGHUP')
  while ((await runs()) && Date.now() < until) await sleep(20)
}

function signalled(): void {
  const now = Date.now()
  if (firstSignal === 0) {
    firstSignal = now
    void end(0)
  } else if (now - firstSignal > SAME) process.exit(1)
}

/** The server cannot go on: what was not told is not lost, and a new start takes everything up. */
function failed(message: string): void {
  process.stderr.write(`${message}\n`)
  // What has failed may not let itself be stopped.
  setTimeout(() => process.exit(1), FAILED)
  void end(1)
}

async function end(code: number): Promise<void> {
  if (stopping) return
  stopping = true
  // SIGHUP ends an agent at once and leaves its processes alone.
  agent?.kill('SIGHUP')
  await stop()
  process.stdout.write('Apsis has ended.\n')
  process.exit(code)
}

function fail(message: string, code = 1): never {
  process.stderr.write(`${message}\n`)
  process.exit(code)
}

function valuesGiven(): { data?: string; jobs?: string; port?: string; help?: boolean } {
  const options = {
    data: { type: 'string' },
    jobs: { type: 'string' },
    port: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const
  try {
    return parseArgs({ options }).values
  } catch (error) {
    // That there is no positional argument has a long text, of which the first sentence says all.
    const [first = ''] = (error instanceof Error ? error.message : String(error)).split('. ')
    return fail(`${first.replace(/\.$/, '')}\nusage: ${USAGE}`, 2)
  }
}
