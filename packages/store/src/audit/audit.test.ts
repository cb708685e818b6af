import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { StoreError, type StoreErrorCode } from '../port/index.ts'
import { openSqliteStore } from '../sqlite/index.ts'
import { edit, live, livedFolder, T0 } from './fixture/lived-store.ts'
import { AUDIT_RULES, type AuditReport, auditFolder } from './index.ts'

const BOUND = 60_000

function audit(folder: string, now: number = T0): AuditReport {
  return auditFolder({ folder, now, bound: BOUND })
}

/** What was found, as `rule: of: wrong`. */
function found({ findings }: AuditReport): readonly string[] {
  return findings.flatMap(({ rule, violations }) => violations.map(({ of, wrong }) => `${rule.id}: ${of}: ${wrong}`))
}

/** How each rule is broken by hand, and what is said of it. */
const BROKEN: Readonly<
  Record<string, readonly (readonly [database: 'runs.db' | 'outputs.db', sql: string, said: RegExp])[]>
> = {
  'instant-undecided': [
    [
      'runs.db',
      'UPDATE instants SET due = due - 1e6 WHERE run = 6; UPDATE runs SET t_schedule = t_schedule - 1e6 WHERE num = 6',
      /^dir\/job at .*: due, and without a verdict; it may wait for its turn under a catch-up rate: see --within$/,
    ],
    [
      'runs.db',
      'UPDATE instants SET verdict = NULL, decided = NULL WHERE run = 4',
      /: r4 has begun or ended, and the instant/,
    ],
  ],
  'verdict-time': [
    ['runs.db', 'UPDATE instants SET decided = NULL WHERE run = 1', /: a verdict without its time$/],
    ['runs.db', 'UPDATE instants SET decided = 1 WHERE run = 6', /: decided, but without a verdict$/],
  ],
  'verdict-untrue': [
    ['runs.db', 'UPDATE instants SET verdict = 1 WHERE run = 1', /: r1 began, the verdict is not started$/],
    ['runs.db', 'UPDATE instants SET verdict = 0 WHERE run = 3', /: r3 never began, the verdict is started$/],
  ],
  'instant-without-run': [
    ['runs.db', 'UPDATE instants SET run = 99 WHERE run = 3', /: its run r99 is not there$/],
    ['runs.db', 'UPDATE runs SET t_schedule = 5 WHERE num = 3', /: its run r3 is of another time$/],
    [
      'runs.db',
      "INSERT INTO job_names VALUES (77, 'x', 'x'); UPDATE runs SET job = 77 WHERE num = 3",
      /: its run r3 is of another job$/,
    ],
  ],
  'run-without-instant': [
    ['runs.db', 'DELETE FROM instants WHERE run = 3', /^r3: of a schedule, with 0 instants/],
    [
      'runs.db',
      "UPDATE instants SET key = 'other' WHERE run = 3",
      /^r3: of a schedule, with 1 instants, expected one of its/,
    ],
  ],
  'started-twice': [
    [
      'runs.db',
      "INSERT INTO facts SELECT value + 1, 1, 0, 0, 3, 'again' FROM counters WHERE name = 'seq'",
      /^r1: 2 facts of starting$/,
    ],
  ],
  'handle-foreign': [
    ['runs.db', "UPDATE runs SET detail = replace(detail, 'r4-proc', 'r1-proc') WHERE num = 4", /^r4: holds r1-proc$/],
  ],
  'illegal-move': [
    [
      'runs.db',
      "UPDATE facts SET text = 'failure' WHERE run = 1 AND text GLOB 'marked*'",
      /^r1: went from success to failure: failure$/,
    ],
    ['runs.db', 'DELETE FROM facts WHERE run = 4 AND state = 3', /^r4: went from waiting to running/],
  ],
  'state-not-of-facts': [
    ['runs.db', 'UPDATE runs SET state = 5 WHERE num = 4', /^r4: is stopping, its log ends with running$/],
    ['runs.db', 'DELETE FROM facts WHERE run = 6', /^r6: is scheduled, its log ends with nothing$/],
  ],
  'phase-column': [['runs.db', 'UPDATE runs SET live = 1 WHERE num = 3', /^r3: is skipped with live 1 and outcome 9$/]],
  'bound-missing': [
    ['runs.db', 'DELETE FROM definitions', /^r1: its definition is not there$/],
    ['runs.db', 'DELETE FROM bounds', /^r1: what it is bound to is not there$/],
    ['runs.db', 'UPDATE runs SET bound = NULL WHERE num = 4', /^r4: is running and bound to nothing$/],
  ],
  'end-incomplete': [
    ['runs.db', "UPDATE runs SET detail = '{' WHERE num = 1", /^r1: says nothing readable/],
    ['runs.db', "UPDATE runs SET detail = json_set(detail, '$.elapsed', -2) WHERE num = 1", /^r1: ran for -2 s$/],
    ['runs.db', 'UPDATE runs SET t_running = NULL WHERE num = 1', /^r1: has an elapsed time and never ran$/],
  ],
  'live-unnamed': [
    [
      'runs.db',
      "UPDATE runs SET detail = json_set(detail, '$.handle.agent', NULL) WHERE num = 4",
      /^r4: is running and names no agent$/,
    ],
    ['runs.db', 'UPDATE runs SET detail = NULL WHERE num = 4', /^r4: is running and names no agent$/],
  ],
  'fact-gap': [
    [
      'runs.db',
      "INSERT INTO facts SELECT value + 2, NULL, 0, 4, NULL, '{}' FROM counters WHERE name = 'seq'; UPDATE counters SET value = value + 2 WHERE name = 'seq'",
      /^fact \d+: the one before it is missing, and no run was removed since$/,
    ],
  ],
  'fact-missing': [
    [
      'runs.db',
      'DELETE FROM facts WHERE seq = (SELECT max(seq) FROM facts)',
      /^facts: \d+ numbers are missing, and \d+ went with their runs$/,
    ],
  ],
  'number-above-counter': [
    [
      'runs.db',
      "UPDATE counters SET value = 6 WHERE name = 'next_run'",
      /^runs: have number 6, the next to give out is 6$/,
    ],
    [
      'runs.db',
      "DELETE FROM counters WHERE name = 'seq'",
      /^facts: have number \d+, the next to give out is not there$/,
    ],
  ],
  'output-broken': [
    ['outputs.db', 'DELETE FROM chunks WHERE start = 0', /^output output of r1: has a piece at \d+, expected 0$/],
    [
      'outputs.db',
      'UPDATE outputs SET length = length + 1',
      /^output output of r1: has 600001 bytes, its pieces end at 600000$/,
    ],
    ['outputs.db', 'DELETE FROM chunks', /^output output of r1: has 600000 bytes, its pieces end at 0$/],
  ],
}

test('AUD1: a store that went through every kind of change breaks no rule, closed or open', async (t) => {
  const folder = await livedFolder(t)
  const closed = audit(folder)
  assert.deepEqual(found(closed), [])
  assert.equal(closed.running, false)
  const store = await openSqliteStore({ folder })
  t.after(() => store.close())
  const open = audit(folder)
  assert.deepEqual(found(open), [])
  assert.equal(open.running, true)
})

test('AUD2: every rule has a store that breaks it', () => {
  assert.deepEqual(
    Object.keys(BROKEN),
    AUDIT_RULES.map(({ id }) => id),
  )
})

for (const [id, cases] of Object.entries(BROKEN)) {
  for (const [index, [database, sql, said]] of cases.entries()) {
    test(`AUD2: ${id} finds what breaks it (${index + 1})`, async (t) => {
      const folder = await livedFolder(t)
      edit(folder, database, sql)
      const [violation] = audit(folder).findings.find(({ rule }) => rule.id === id)?.violations ?? []
      assert.ok(violation !== undefined, 'nothing was found')
      assert.match(`${violation.of}: ${violation.wrong}`, said)
    })
  }
}

test('AUD3: the first 20 are told, all are counted, across slices', async (t) => {
  const folder = await livedFolder(t)
  edit(
    folder,
    'runs.db',
    `UPDATE counters SET value = 1e5 WHERE name = 'next_run';
     WITH RECURSIVE n (i) AS (SELECT 19990 UNION ALL SELECT i + 1 FROM n WHERE i < 20020)
     INSERT INTO instants SELECT 1, i, 'key', '{}', i, 0, NULL, 0 FROM n`,
  )
  const finding = audit(folder).findings.find(({ rule }) => rule.id === 'instant-without-run')
  assert.equal(finding?.total, 31)
  assert.equal(finding?.violations.length, 20)
})

test('AUD4: an instant to come is judged by now beside a server, by the newest fact without one', async (t) => {
  const folder = await livedFolder(t)
  const later = T0 + 3_600_000
  assert.deepEqual(found(audit(folder, later)), [])
  const store = await openSqliteStore({ folder })
  t.after(() => store.close())
  assert.deepEqual(found(audit(folder, later)), [
    'instant-undecided: dir/job at 2025-11-24T16:00:06.000Z: due, and without a verdict; it may wait for its turn under a catch-up rate: see --within',
  ])
})

test('AUD5: a folder that has no store, or one of another version, is refused and left as it is', async (t) => {
  const empty = await mkdtemp(join(tmpdir(), 'apsis-audit-'))
  t.after(() => rm(empty, { recursive: true }))
  assert.throws(() => audit(empty), named('STORE_FOLDER', /has no runs\.db/))
  assert.deepEqual(await readdir(empty), [])
  const folder = await livedFolder(t)
  edit(folder, 'runs.db', 'PRAGMA user_version = 99')
  assert.throws(() => audit(folder), named('STORE_VERSION', /version 99/))
})

test('AUD1: a store from which runs were archived breaks no rule', async (t) => {
  const folder = await livedFolder(t)
  edit(
    folder,
    'runs.db',
    'DELETE FROM runs WHERE num = 2; DELETE FROM facts WHERE run = 2; DELETE FROM facts WHERE type = 3 AND run = 5; ' +
      "UPDATE counters SET value = (SELECT value FROM counters WHERE name = 'seq') - (SELECT count(*) FROM facts) WHERE name = 'facts_gone'",
  )
  assert.deepEqual(found(audit(folder)), [])
})

test('AUD1: an audit beside a writer that goes on is green', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-audit-'))
  t.after(() => rm(folder, { recursive: true }))
  const store = await openSqliteStore({ folder })
  const writing = live(store)
  for (let round = 0; round < 5; round++) {
    assert.deepEqual(found(audit(folder)), [])
    await new Promise((resolve) => setImmediate(resolve))
  }
  await writing
  await store.close()
})

function named(code: StoreErrorCode, text: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof StoreError && error.code === code && text.test(error.message)
}

test('AUD6: a file that is damaged where no rule looks is refused', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-audit-'))
  t.after(() => rm(folder, { recursive: true }))
  const store = await openSqliteStore({ folder })
  await store.commit({ records: [{ kind: 'setting', id: 'one', json: { time: 1 } }] })
  await store.close()
  const path = join(folder, 'runs.db')
  const db = new DatabaseSync(path)
  const head = Number(
    db.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'runs_scheduled'`).get()?.['rootpage'],
  )
  db.close()
  const bytes = await readFile(path)
  bytes.fill(0xff, (head - 1) * 4096, (head - 1) * 4096 + 8)
  await writeFile(path, bytes)
  const refused = (error: unknown): boolean =>
    error instanceof StoreError &&
    error.code === 'STORE_DAMAGED' &&
    /runs\.db is damaged .*check-db/.test(error.message)
  assert.throws(() => audit(folder), refused)
})
