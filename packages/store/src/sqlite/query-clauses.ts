import type { QueryTerm, QueryTest } from '@apsis/core/query'
import { type SqlValue, STATE_CODES } from '../row/index.ts'
import type { Clause } from './run-filter.ts'

type NameTest = Extract<QueryTest, { readonly type: 'word' | 'job' }>

/** What terms ask of the names of jobs, as conditions on `job_names`. */
export function nameClauses(terms: readonly QueryTerm[]): readonly Clause[] {
  return terms.flatMap((term) => (isNameTest(term) ? [turned(term.not, nameClause(term))] : []))
}

/** What terms ask of runs beyond the names of their jobs, as conditions on `runs` that are never null. */
export function termClauses(terms: readonly QueryTerm[]): readonly Clause[] {
  return terms.flatMap((term) => (isNameTest(term) ? [] : [turned(term.not, termClause(term))]))
}

/** Names that begin with a text. As a range, it is found through the index of names. */
export function prefixClause(prefix: string): Clause {
  // The end is the last character there is.
  return clause('(name >= ? AND name < ? || char(1114111))', prefix, prefix)
}

/** Names that contain one of the texts, whatever the case. */
export function wordClause(texts: readonly string[]): Clause {
  return anyOf(texts.map((text) => clause('instr(folded, ?) > 0', text.toLowerCase())))
}

/** Runs that have an arg with one of the values, or with any. */
export function argClause(name: string, values: readonly string[] | null): Clause {
  // Args are stored as canonical JSON, so one that is there is there as this text. The text can be there without it, within a
  // name that has a quote; looking for it is thirty times as fast as parsing.
  const key = `${JSON.stringify(name)}:`
  if (values === null) {
    return clause('instr(args, ?) > 0 AND EXISTS (SELECT 1 FROM json_each(runs.args) WHERE key = ?)', key, name)
  }
  const seen = anyOf(values.map((value) => clause('instr(args, ?) > 0', key + JSON.stringify(value))))
  const has = 'EXISTS (SELECT 1 FROM json_each(runs.args) WHERE key = ? AND value IN (SELECT value FROM json_each(?)))'
  return { sql: `${seen.sql} AND ${has}`, values: [...seen.values, name, JSON.stringify(values)] }
}

function isNameTest<Test extends QueryTest>(test: Test): test is Test & NameTest {
  return test.type === 'word' || test.type === 'job'
}

function nameClause(test: NameTest): Clause {
  if (test.type === 'word') return wordClause(test.texts)
  const exact = test.patterns.filter((pattern) => !pattern.includes('*') && !pattern.endsWith('/'))
  const others = test.patterns.filter((pattern) => !exact.includes(pattern))
  return anyOf([
    ...(exact.length === 0 ? [] : [oneOf('name', exact)]),
    ...others.map((pattern) =>
      pattern.includes('*') ? clause('name GLOB ?', globOf(pattern)) : prefixClause(pattern),
    ),
  ])
}

// What else means something in GLOB stands for itself within brackets.
function globOf(pattern: string): string {
  return pattern.replace(/[?[]/g, '[$&]')
}

function termClause(test: Exclude<QueryTest, NameTest>): Clause {
  switch (test.type) {
    case 'arg':
      return argClause(test.name, test.values)
    case 'state':
      return oneOf(
        'state',
        test.states.map((state) => STATE_CODES[state]),
      )
    case 'label': {
      const seen = anyOf(test.labels.map((label) => clause('instr(labels, ?) > 0', JSON.stringify(label))))
      const has = 'EXISTS (SELECT 1 FROM json_each(runs.labels) WHERE value IN (SELECT value FROM json_each(?)))'
      return { sql: `${seen.sql} AND ${has}`, values: [...seen.values, JSON.stringify(test.labels)] }
    }
    case 'id':
      return oneOf(
        'num',
        test.ids.map((id) => Number(id.slice(1))),
      )
    case 'origin':
      return oneOf("origin ->> 'type'", test.origins)
    case 'since':
      return clause('coalesce(t_schedule >= ?, 0)', test.time)
    case 'before':
      return clause('coalesce(t_schedule < ?, 0)', test.time)
    case 'changed':
      return allOf([
        ...(test.from === null ? [] : [clause('changed >= ?', test.from)]),
        ...(test.to === null ? [] : [clause('changed < ?', test.to)]),
      ])
    case 'elapsed': {
      const sql = `outcome IS NOT NULL AND coalesce(detail ->> 'elapsed' ${test.than} ?, 0)`
      return clause(sql, test.duration / 1_000)
    }
    case 'message': {
      const found = test.texts.map((text) => clause("instr(folded(detail ->> 'message'), ?) > 0", text.toLowerCase()))
      const { sql, values } = anyOf(found)
      return { sql: `outcome IS NOT NULL AND coalesce(${sql}, 0)`, values }
    }
  }
}

function turned(not: boolean, { sql, values }: Clause): Clause {
  return { sql: not ? `NOT (${sql})` : `(${sql})`, values }
}

function anyOf(clauses: readonly Clause[]): Clause {
  return joined(clauses, ' OR ')
}

function allOf(clauses: readonly Clause[]): Clause {
  return joined(clauses, ' AND ')
}

function joined(clauses: readonly Clause[], between: string): Clause {
  return {
    sql: `(${clauses.map(({ sql }) => sql).join(between)})`,
    values: clauses.flatMap(({ values }) => values),
  }
}

function oneOf(expression: string, values: readonly (string | number)[]): Clause {
  return clause(`${expression} IN (SELECT value FROM json_each(?))`, JSON.stringify(values))
}

function clause(sql: string, ...values: readonly SqlValue[]): Clause {
  return { sql, values }
}
