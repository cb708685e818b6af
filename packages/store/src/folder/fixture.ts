import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { instant, run, T0, write } from '../conformance/fixture.ts'
import type { Store } from '../port/index.ts'
import { openSqliteStore } from '../sqlite/index.ts'
import { backUp, type Manifest } from './index.ts'

/** A folder for a test, removed after it. */
export async function tempFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-folder-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** An open store with finished runs 1 to `count`, each with an instant, metadata, a fact and an output, and one that runs. */
export async function filledStore(t: TestContext, folder: string, count = 20): Promise<Store> {
  const store = await openSqliteStore({ folder })
  t.after(() => store.close())
  const verdict = { verdict: 'started', at: T0, reason: null } as const
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  await store.appendOutput(
    numbers.map((number) => ({ runId: `r${number}`, outputId: 'output', offset: 0, data: outputOf(number) })),
  )
  await store.commit({
    runs: [
      ...numbers.map((number) =>
        write(run(number, 'success'), { instant: instant(number, T0 + number), verdict, meta: { number } }),
      ),
      write(run(count + 1, 'running')),
    ],
    jobs: [{ jobId: 'dir/job', hash: 'hash-of-ünïcode', json: { program: 'x' }, adHoc: false }],
  })
  return store
}

/** The output of a run of `filledStore`: several pieces. */
export function outputOf(number: number): Uint8Array {
  return new Uint8Array(300_000).fill(number)
}

/** A folder for a test, and where a data folder is made in it. */
export async function places(t: TestContext): Promise<{ readonly folder: string; readonly data: string }> {
  const folder = await tempFolder(t)
  return { folder, data: join(folder, 'data') }
}

/** Makes a backup. */
export async function made(data: string, destination: string): Promise<Manifest> {
  return await backUp({ data, destination, version: '1', time: '2026-01-31T09:00:00Z', progress: () => {} })
}
