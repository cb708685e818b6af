// Fails the nth of an operation of the upkeep, and prints what came of it as JSON. Argument: name of the operation. Needs `--import` of plant.ts.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { JOURNAL } from './fault-state.ts'
import { failEach } from './fail-each.ts'
import { backupScenario } from './backup.ts'
import { importScenario } from './import.ts'
import { migrateScenario } from './migrate.ts'
import { restoreScenario } from './restore.ts'
import { retentionScenario } from './retention.ts'

const SCENARIOS = {
  retention: retentionScenario,
  backup: backupScenario,
  restore: restoreScenario,
  import: importScenario,
  migrate: migrateScenario,
}
const [, , name] = process.argv
const make = Object.entries(SCENARIOS).find(([known]) => known === name)?.[1]
if (make === undefined) throw new Error(`there is no operation ${name}`)
const folder = await mkdtemp(join(tmpdir(), 'apsis-upkeep-'))
process.env[JOURNAL] = join(folder, 'journal')
try {
  const scenario = await make(join(folder, 'made'))
  try {
    const result = await failEach(scenario)
    const { user, system } = process.cpuUsage()
    process.stdout.write(`${JSON.stringify({ ...result, seconds: (user + system) / 1e6 })}\n`)
  } finally {
    await scenario.close()
  }
} finally {
  await rm(folder, { recursive: true })
}
