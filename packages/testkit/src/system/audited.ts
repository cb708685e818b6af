import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { auditFolder } from '@apsis/store/audit'

/** Time within which an instant has its verdict, ms. */
const DECIDED_WITHIN = 60_000

/** Holds the store of a server that has ended against every invariant; what breaks one, in words. A server that never made a store breaks none. */
export function auditServer(dataFolder: string): readonly string[] {
  if (!existsSync(join(dataFolder, 'runs.db'))) return []
  const { findings } = auditFolder({ folder: dataFolder, now: Date.now(), bound: DECIDED_WITHIN })
  return findings.flatMap(({ rule, violations }) =>
    violations.map(({ of, wrong }) => `${rule.invariant} ${rule.id}: ${of}: ${wrong}`),
  )
}
