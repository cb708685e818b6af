import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { promisify } from 'node:util'
import type { Result } from './fail-each.ts'

/** The longest of them, ms, on a machine that does other things too. */
const LONGEST = 120_000

type Printed = Result & { readonly seconds: number }

test('UPKEEP1: archiving, removal, vacuum and sweep, with each thing failing once', (t) => failing(t, 'retention'))

test('UPKEEP2: a backup while the store is open, with each thing failing once', (t) => failing(t, 'backup'))

test('UPKEEP3: a restore over a data folder, with each thing failing once', (t) => failing(t, 'restore'))

test('UPKEEP4: an import, with each thing failing once', (t) => failing(t, 'import'))

test('UPKEEP5: a migration, with each thing failing once', (t) => failing(t, 'migrate'))

/** In a process in which the platform is wrapped: it needs the flag that loads that first. */
async function failing(t: TestContext, name: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-upkeep-'))
  t.after(() => rm(folder, { recursive: true }))
  const at = (file: string): string => join(import.meta.dirname, file)
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', at('plant.ts'), at('main.ts'), name], {
    timeout: LONGEST,
    maxBuffer: 1 << 26,
    // Hundreds of threads are started, of the same few modules.
    env: { ...process.env, NODE_COMPILE_CACHE: folder },
  })
  // What main.ts printed.
  const { injected, missed, problems, seconds } = JSON.parse(stdout) as Printed
  t.diagnostic(`${JSON.stringify(injected)}, ${seconds} s of processor`)
  assert.deepEqual(problems, [])
  assert.equal(missed, 0, 'faults that did not come to happen')
  for (const [fault, count] of Object.entries(injected)) assert.ok(count > 0, `there was no ${fault}`)
}
