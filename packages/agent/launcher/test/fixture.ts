import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { FdAction, Monitor, Start } from './frames.ts'
import { type EndLine, Journal } from './journal.ts'
import { Spawner, type SpawnerOptions } from './spawner.ts'

const launcher = fileURLToPath(new URL('..', import.meta.url))

export interface Build {
  readonly name: string
  readonly binary: string
}

function build(name: string, binary: string, env: Readonly<Record<string, string>>): Build {
  execFileSync(join(launcher, 'build.sh'), { env: { ...process.env, ...env } })
  return { name, binary: join(launcher, 'build', binary) }
}

/** Every test runs on each of these. */
export const BUILDS: readonly Build[] = [
  build('normal build', 'procstar-launcher', {}),
  build('build with sanitizers', 'procstar-launcher-asan', { SANITIZE: '1' }),
]

/** A folder with a journal and a spawner, and what procs there are asked for. All of it ends with the test. */
export class Fixture {
  readonly folder: string
  readonly journal: Journal
  readonly #build: Build
  readonly #spawners: Spawner[] = []

  constructor(t: TestContext, build: Build) {
    this.#build = build
    this.folder = mkdtempSync(join(tmpdir(), 'launcher-'))
    this.journal = new Journal(this.path('journal'))
    writeFileSync(this.journal.path, '')
    t.after(() => this.#end())
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8')
  }

  /** A new spawner, which may not be ready yet. */
  newSpawner(options: Partial<SpawnerOptions> = {}): Spawner {
    const env = {
      ASAN_OPTIONS: `log_path=${this.path('sanitizer')}`,
      UBSAN_OPTIONS: `log_path=${this.path('sanitizer')}`,
    }
    const spawner = new Spawner({ binary: this.#build.binary, lock: this.path('lock'), env, ...options })
    this.#spawners.push(spawner)
    return spawner
  }

  spawner(options: Partial<SpawnerOptions> = {}): Promise<Spawner> {
    return this.newSpawner(options).ready()
  }

  capture(fd: number, name: string): FdAction {
    return { fd, kind: 'capture', path: this.path(name) }
  }

  /** A request for a shell script, with output and errors captured in `NAME.out`. */
  shell(id: string, script: string, more: Partial<Start> = {}): Start {
    const fds = [this.capture(1, `${id}.out`), { fd: 2, kind: 'dup', from: 1 } as const]
    return {
      id,
      argv: ['/bin/sh', '-c', script],
      env: ['PATH=/usr/bin:/bin'],
      cwd: this.folder,
      fds,
      journal: this.journal.path,
      ...more,
    }
  }

  /** Shell text that waits there until `opened`. */
  gate(name: string): { readonly wait: string; opened(): Promise<void> } {
    const path = this.path(name)
    execFileSync('mkfifo', [path])
    return { wait: `read _ < '${path}'`, opened: () => writeFile(path, '\n') }
  }

  /** A named pipe. `held` resolves once a process has it open for writing, `released` when none has any more. */
  fifo(name: string): { readonly path: string; readonly held: Promise<unknown>; readonly released: Promise<unknown> } {
    const path = this.path(name)
    execFileSync('mkfifo', [path])
    const stream = createReadStream(path)
    stream.resume()
    return { path, held: once(stream, 'open'), released: once(stream, 'close') }
  }

  /** Runs it to its end. */
  async run(spawner: Spawner, start: Start): Promise<EndLine & { readonly monitor: Monitor }> {
    const monitor = await spawner.start(start)
    return { ...(await this.journal.end(start.id)), monitor }
  }

  async #end(): Promise<void> {
    for (const spawner of this.#spawners) {
      spawner.child.kill('SIGKILL')
      await spawner.exited
      for (const { pid, start } of spawner.launched) if (isMonitor(pid, start)) process.kill(pid, 'SIGKILL')
    }
    const reports = readdirSync(this.folder).filter((name) => name.startsWith('sanitizer'))
    const text = reports.map((name) => this.read(name)).join('\n')
    rmSync(this.folder, { recursive: true, force: true })
    if (text !== '') throw new Error(text)
  }
}

function isMonitor(pid: number, start: bigint): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return (
      stat.includes('(procstar-mon)') && BigInt(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 0) === start
    )
  } catch {
    return false
  }
}

/** Whether there is such a process, and it is no zombie. */
export function alive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.charAt(stat.lastIndexOf(')') + 2) !== 'Z'
  } catch {
    return false
  }
}
