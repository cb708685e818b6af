import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { auditFolder } from '@apsis/store/audit'
import { checkFolder } from '@apsis/store/folder'
import { StoreError } from '@apsis/store/port'

const AUDITED_WITHIN = 60_000

/** A run as it is stored: how it ended, and how much belongs to it. */
export type Held = readonly [state: number, facts: number, outputBytes: number, meta: number]

/** What `check-db` and `audit` say of a data folder; of the first errors only, unless `notices`. */
export function unsound(folder: string, notices: 'errors' | 'all'): readonly string[] {
  const checked = [...checkFolder(folder, false)].flatMap((found) =>
    found === null || (notices === 'errors' && found.severity !== 'error')
      ? []
      : [`check: ${found.file}: ${found.message}`],
  )
  const audited = auditFolder({ folder, now: Date.now(), bound: AUDITED_WITHIN }).findings.flatMap(
    ({ rule, total, violations }) => (total > 0 ? [`audit: ${rule.id}: ${JSON.stringify(violations)}`] : []),
  )
  return [...checked, ...audited]
}

/** The runs of a data folder by number. */
export function runsOf(folder: string): ReadonlyMap<number, Held> {
  return held(join(folder, 'runs.db'), join(folder, 'outputs.db'))
}

/** Those of an archive. What died while it wrote is rolled back by who opens it to write. */
export function archived(path: string): ReadonlyMap<number, Held> {
  return held(path, path)
}

function held(runs: string, outputs: string): ReadonlyMap<number, Held> {
  const db = new DatabaseSync(runs)
  try {
    db.prepare('ATTACH ? AS o').run(outputs)
    const made = (schema: string, table: string): boolean =>
      db.prepare(`SELECT 1 FROM ${schema}.sqlite_schema WHERE name = ?`).get(table) !== undefined
    if (!made('main', 'runs')) return new Map()
    const bytes = made('o', 'chunks')
      ? '(SELECT coalesce(sum(length(data)), 0) FROM o.chunks WHERE output IN (SELECT id FROM o.outputs WHERE run = num))'
      : '0'
    const rows = db
      .prepare(
        `SELECT num, state, (SELECT count(*) FROM facts WHERE run = num) AS facts, (SELECT count(*) FROM run_meta WHERE run = num) AS metas,
          ${bytes} AS bytes
          FROM runs ORDER BY num`,
      )
      .all()
    return new Map(
      rows.map(({ num, state, facts, bytes: length, metas }) => [
        Number(num),
        [Number(state), Number(facts), Number(length), Number(metas)] as const,
      ]),
    )
  } finally {
    db.close()
  }
}

/** What is not the same in two of these. */
export function differences(
  found: ReadonlyMap<number, Held>,
  wanted: ReadonlyMap<number, Held>,
  where: string,
): readonly string[] {
  const numbers = [...new Set([...found.keys(), ...wanted.keys()])]
  return numbers.flatMap((number) => {
    const [is, should] = [found.get(number), wanted.get(number)].map((one) => one?.join(',') ?? 'not there')
    return is === should ? [] : [`${where}: r${number} is ${is}, and should be ${should}`]
  })
}

/** Whether a failure is said with a code; after a death nobody says anything. */
export function unsaid(error: unknown): readonly string[] {
  return error === null || error instanceof StoreError
    ? []
    : [`it failed without a code: ${error instanceof Error ? error.message : 'no error'}`]
}
