import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Client, createClient } from '@apsis/api/client'
import { auditServer } from './audited.ts'
import { Child } from './child.ts'

const BIN = join(import.meta.dirname, '../../../cli/src/bin')

/** What agents of these systems present. */
export const TOKEN = 'token-of-the-test'

/** The file of a command: what node runs. */
export function commandFile(name: 'apsis' | 'apsisctl' | 'procstar'): string {
  return join(BIN, `${name}.mjs`)
}

/** What a system under test is made of. */
export interface SystemOptions {
  /** Job files by path below the job folder. */
  readonly jobs: Readonly<Record<string, string>>
  /** Further config, as YAML text at the top level. */
  readonly config?: string
  /** What the config says of connections of agents, as a YAML mapping in braces. */
  readonly connection?: string
  /** Whether the agent is started as users do, by the command file itself, which chooses the Node and its flags; default: by this Node. */
  readonly agentByCommand?: boolean
  /** Whether the store is audited in the end; default: it is. False for tests that damage it. */
  readonly audited?: boolean
}

/** Who an agent is to the server. */
export interface AgentIdentity {
  /** Name of its state folder in the folder of the system; default `agent`. */
  readonly state?: string
  /** Default: the one that the state folder keeps. */
  readonly connId?: string
}

/**
 * A real server and a real agent in processes of their own, with everything in a temporary folder. Both can be killed and started again, and
 * find what they left.
 */
export class System {
  readonly folder: string
  readonly #port: number
  readonly #agentPort: number
  readonly #agentByCommand: boolean
  readonly #audited: boolean
  #server: Child | null = null
  #agent: Child | null = null
  readonly #agents: Child[] = []

  private constructor(folder: string, port: number, agentPort: number, options: SystemOptions) {
    this.folder = folder
    this.#port = port
    this.#agentPort = agentPort
    this.#agentByCommand = options.agentByCommand ?? false
    this.#audited = options.audited ?? true
  }

  static async create(options: SystemOptions): Promise<System> {
    const folder = await mkdtemp(join(tmpdir(), 'apsis-system-'))
    const [port, agentPort] = await Promise.all([freePort(), freePort()])
    const system = new System(folder, port, agentPort, options)
    for (const [path, text] of Object.entries(options.jobs)) await system.writeJob(path, text)
    const config = [
      'job_dir: jobs',
      'data: data',
      `bind: 127.0.0.1:${port}`,
      'procstar:',
      '  agent:',
      '    server:',
      '      host: 127.0.0.1',
      `      port: ${agentPort}`,
      `      access_token: ${TOKEN}`,
      `    connection: ${options.connection ?? '{}'}`,
      options.config ?? '',
    ]
    await writeFile(join(folder, 'config.yaml'), `${config.join('\n')}\n`)
    return system
  }

  get configFile(): string {
    return join(this.folder, 'config.yaml')
  }

  get port(): number {
    return this.#port
  }

  get agentPort(): number {
    return this.#agentPort
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get client(): Client {
    return createClient({ base: this.url, fetch: (url, init) => fetch(url, init) })
  }

  get server(): Child {
    if (this.#server === null) throw new Error('no server was started')
    return this.#server
  }

  get agent(): Child {
    if (this.#agent === null) throw new Error('no agent was started')
    return this.#agent
  }

  /** Writes a job file, `path` without `.yaml`. */
  async writeJob(path: string, text: string): Promise<void> {
    const file = join(this.folder, 'jobs', `${path}.yaml`)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }

  /** Starts a server and waits until it serves. */
  async startServer(): Promise<void> {
    const args = [commandFile('apsisctl'), 'serve', '--config', this.configFile]
    this.#server = new Child(args, process.env)
    await this.#server.line(/serving at http/)
  }

  /** Stops the server as a user does, and waits for its end; nothing where none runs. */
  async stopServer(): Promise<void> {
    await this.#server?.kill('SIGTERM')
    this.#server = null
  }

  /** Starts an agent, with the token that the server wants or another; it connects by itself, when it can. What ran before goes on. */
  startAgent(token: string = TOKEN, { state, connId }: AgentIdentity = {}): void {
    const args = [
      '--agent',
      '--agent-host',
      'localhost',
      '--agent-port',
      String(this.#agentPort),
      '--state',
      join(this.folder, state ?? 'agent'),
      ...(connId === undefined ? [] : ['--conn-id', connId]),
      '--connect-interval-start',
      '0.05',
      '--connect-interval-max',
      '0.2',
      '--log-level',
      'info',
    ]
    const env = {
      ...process.env,
      PROCSTAR_AGENT_CERT: join(this.folder, 'data', 'agent-server.crt'),
      PROCSTAR_AGENT_TOKEN: token,
    }
    const file = commandFile('procstar')
    this.#agent = this.#agentByCommand ? new Child(args, env, file) : new Child([file, ...args], env)
    this.#agents.push(this.#agent)
  }

  /** Starts both, and waits until the agent is connected. */
  async start(): Promise<void> {
    await this.startServer()
    this.startAgent()
    await this.server.line(/agent connected/)
  }

  /** Ends what runs, audits the store, and removes the folder; `before` that, what a test has made of it is undone. */
  async destroy(before: () => Promise<unknown> = async () => {}): Promise<void> {
    await this.#server?.kill('SIGTERM')
    // SIGQUIT: the agent kills what it runs before it ends.
    await Promise.all(this.#agents.map((agent) => agent.kill('SIGQUIT')))
    const broken = this.#audited ? auditServer(join(this.folder, 'data')) : []
    await before()
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 })
    assert.deepEqual(broken, [], 'the store breaks its invariants')
  }
}

/** A TCP port of loopback that nothing listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return address.port
}
