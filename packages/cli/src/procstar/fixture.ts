import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

const PROGRAM = join(import.meta.dirname, '../bin/procstar.mjs')
/** A program that has not ended by then is killed, ms: the test fails by its exit code. */
const LONGEST = 30_000

/** How a program ended; the code is null when it was killed. */
export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A program that runs. */
export interface Started {
  readonly child: ChildProcess
  /** Resolves with what matches in stderr, once it does. */
  readonly said: (pattern: RegExp) => Promise<RegExpExecArray>
  readonly ended: Promise<Ended>
}

/** A folder of the test's own, in which the programs have their temporary folders. */
export class Place {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async make(context: TestContext): Promise<Place> {
    const folder = await mkdtemp(join(tmpdir(), 'procstar-cli-'))
    context.after(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }))
    return new Place(folder)
  }

  /** Writes an input document and gives its path. */
  async input(specs: object): Promise<string> {
    const path = join(this.folder, 'input.json')
    await writeFile(path, JSON.stringify({ specs }))
    return path
  }

  run(args: readonly string[], stdin = '', environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return this.start(args, stdin, environment).ended
  }

  start(args: readonly string[], stdin = '', environment: Readonly<Record<string, string>> = {}): Started {
    const { HOME: home = '', PATH: path = '' } = process.env
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      env: { HOME: home, PATH: path, TMPDIR: this.folder, XDG_STATE_HOME: this.folder, ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: LONGEST,
      killSignal: 'SIGKILL',
    })
    child.stdin.on('error', () => {})
    child.stdin.end(stdin)
    let err = ''
    const out: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk))
    // What it ran may have its stdout and stderr: killed, it ends without them.
    child.once('exit', (_code, signal) => {
      if (signal === null) return
      child.stdout.destroy()
      child.stderr.destroy()
    })
    const ended = once(child, 'close').then(
      (): Ended => ({ code: child.exitCode, out: Buffer.concat(out).toString(), err }),
    )
    const said = (pattern: RegExp): Promise<RegExpExecArray> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(err)
          if (found !== null) resolve(found)
        }
        child.stderr.on('data', look)
        child.once('close', () => reject(new Error(`ended without saying ${String(pattern)}: ${err}`)))
        look()
      })
    return { child, said, ended }
  }
}

/** What a test looks at of results. */
export interface Results {
  readonly [id: string]: {
    readonly state: string
    readonly errors: readonly string[]
    readonly status: { readonly exit_code: number | null; readonly signal: string | null } | null
    readonly fds: { readonly [name: string]: unknown }
  }
}

/** The results that a document of `--print` or `--output` has. */
export function resultsIn(text: string): Results {
  return JSON.parse(text) as Results
}
