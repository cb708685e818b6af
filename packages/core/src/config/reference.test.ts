import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { z } from 'zod'
import { configSchema } from './schema.ts'

/** The members of a mapping; of anything else, none. */
function members(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : [])
}

/** The keys of a schema, those of mappings in it with a dot; of lists as those of their items. */
function keysIn(schema: unknown, path = ''): string[] {
  const parts = members(schema)
  if (parts.size === 0) return []
  const own = [...members(parts.get('properties'))].flatMap(([key, value]) => {
    const name = path === '' ? key : `${path}.${key}`
    return [name, ...keysIn(value, name)]
  })
  const others = [...members(parts.get('anyOf')).values(), parts.get('items')]
  return [...own, ...others.flatMap((one) => keysIn(one, path))]
}

test('CFG25: the page of the config has every key, and no other', () => {
  const keys = keysIn(z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }))
  // A mapping that has keys needs no row of its own.
  const leaves = keys.filter((key) => !keys.some((other) => other.startsWith(`${key}.`)))
  assert.ok(leaves.includes('procstar.agent.server.tls.cert_path') && leaves.includes('log.file_format'))
  const page = readFileSync(new URL('../../../../docs/reference/config.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `([a-z_.]+)` \|/gm)].map(([, key = '']) => key)
  assert.deepEqual(new Set(rows), new Set(leaves))
  assert.equal(rows.length, leaves.length)
})
