import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findCgroup, Launcher, placeCgroup } from '@apsis/agent/launch'
import { parseJournalLine, type PlaceCgroup, planOf } from '@apsis/agent/machine'
import type { ProcSpec } from '@apsis/wire/spec'
import { buildLauncher } from './build.ts'

/** What starting some procs came to. */
export interface Launched {
  /** From the first request to the end of the last monitor. */
  readonly milliseconds: number
  /** Of each proc, from its start record to the first request, ms: how late it was. */
  readonly lateness: readonly number[]
}

interface Batch {
  ended: number
  readonly next: () => void
  readonly fail: (error: Error) => void
}

/** The launcher as an agent drives it, without an agent: the same requests, replies and records, and nothing that makes them durable. */
export class LauncherAlone {
  readonly #folder: string
  readonly #launcher: Launcher
  readonly #cgroup: PlaceCgroup
  #segment = 0
  #batch: Batch | null = null

  private constructor(folder: string, path: string, cgroup: PlaceCgroup) {
    this.#folder = folder
    this.#cgroup = cgroup
    const fail = (text: string): void => this.#batch?.fail(new Error(text))
    const paths = {
      journal: (segment: number) => join(folder, String(segment), 'journal'),
      output: ({ segment, name }: { readonly segment: number; readonly name: string }) =>
        join(folder, String(segment), 'out', name),
    }
    this.#launcher = new Launcher(
      { path, lockFile: () => join(folder, 'lock'), paths },
      {
        ready: () => {},
        lost: () => fail('the launcher ended'),
        launched: () => {},
        launchFailed: (id, error) => fail(`${id}: ${error.stage}: ${error.text}`),
        commanded: () => {},
        gone: () => this.#batch?.next(),
        trouble: fail,
      },
    )
  }

  /** `enclosed`: each proc in a control group of its own, as an agent has it on this host. */
  static async open(scope: AsyncDisposableStack, { enclosed }: { readonly enclosed: boolean }): Promise<LauncherAlone> {
    const path = await buildLauncher()
    const found = enclosed ? await findCgroup() : null
    const folder = await mkdtemp(join(tmpdir(), 'apsis-bench-'))
    scope.defer(() => rm(folder, { recursive: true, force: true }))
    const alone = new LauncherAlone(folder, path, (settings) => (found === null ? NONE : placeCgroup(found, settings)))
    scope.defer(() => alone.#launcher.close())
    await alone.#launcher.start()
    return alone
  }

  /**
   * Runs a program `count` times, `atOnce` at a time, as runs of a `procstar` program are, and checks that each ended with exit code 0 and left
   * its records. Throws when not.
   */
  async run(argv: readonly string[], count: number, atOnce: number): Promise<Launched> {
    const segment = ++this.#segment
    await mkdir(join(this.#folder, String(segment), 'out'), { recursive: true })
    // The launcher makes none: where it is gone, so is the agent's folder.
    await writeFile(join(this.#folder, String(segment), 'journal'), '')
    const settled = { credentials: null, pipes: new Map() }
    const around = {
      environment: process.env,
      restrictedExe: null,
      cgroup: this.#cgroup,
    }
    const ids = Array.from({ length: count }, (_, index) => `${segment}-${index}`)
    let asked = 0
    const ask = (): void => {
      const id = ids[asked]
      if (id === undefined) return
      this.#launcher.launch(planOf(id, { segment, index: asked++ }, specOf(argv), around, settled))
    }
    const wall = Date.now()
    const from = performance.now()
    await new Promise<void>((resolve, reject) => {
      const next = (): void => {
        batch.ended++
        if (batch.ended === count) resolve()
        else ask()
      }
      const batch: Batch = { ended: 0, next, fail: reject }
      this.#batch = batch
      for (let n = 0; n < Math.min(atOnce, count); n++) ask()
    })
    const milliseconds = performance.now() - from
    return { milliseconds, lateness: await this.#starts(segment, ids, wall) }
  }

  async #starts(segment: number, ids: readonly string[], wall: number): Promise<readonly number[]> {
    const text = await readFile(join(this.#folder, String(segment), 'journal'), 'utf8')
    const starts = new Map<string, number>()
    const ended = new Set<string>()
    for (const line of text.split('\n').map(parseJournalLine)) {
      if (line?.t === 'start') starts.set(line.id, Number(line.wall) / 1e6)
      if (line?.t === 'end' && line.status === 0 && line.errors.length === 0) ended.add(line.id)
    }
    return ids.map((id) => {
      const start = starts.get(id)
      if (start === undefined || !ended.has(id))
        throw new Error(`${id} has no record of a start and an end with exit code 0`)
      return start - wall
    })
  }
}

const NONE = { parents: [], settings: [], refused: [] }

// As the `procstar` program asks for it.
function specOf(argv: readonly string[]): ProcSpec {
  return {
    argv: [...argv],
    env: { inherit: true, vars: { APSIS_RUN_ID: 'r1', APSIS_JOB_ID: 'bench' } },
    fds: [
      ['stdout', { capture: { mode: 'tempfile', encoding: null, attached: false } }],
      ['stderr', { dup: { fd: 1 } }],
    ],
    orphans: 'kill',
  }
}
