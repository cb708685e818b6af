import assert from 'node:assert/strict'
import { test } from 'node:test'
import { templateNames } from './template-names.ts'

const read = (text: string): unknown => {
  const document: unknown = JSON.parse(text)
  const parsed = templateNames.safeParse(document)
  return parsed.success ? parsed.data : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

test('CFG20: names for templates', () => {
  assert.deepEqual(read('null'), {})
  assert.deepEqual(read('{}'), {})
  assert.deepEqual(read('{"names": null}'), {})
  assert.deepEqual(read('{"names": {"a": 1, "b": {"c": [true]}}}'), { a: 1, b: { c: [true] } })
})

test('CFG20: names that cannot be given', () => {
  assert.deepEqual(read('{"names": [1]}'), ['names: expected a mapping of names to values'])
  assert.deepEqual(read('{"names": {"Date": 1, "a-b": 2, "__proto__": {}}}'), [
    'names.Date: templates have a Date of their own',
    'names.a-b: not a name for templates: a-b',
    'names.__proto__: a name for templates cannot begin with two underscores: __proto__',
  ])
})
