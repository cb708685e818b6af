import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { recorded } from '../command/fixture/terminal.ts'
import { apsisctl } from './index.ts'

const REFERENCE = join(import.meta.dirname, '../../../../docs/reference')

async function printed(...args: string[]): Promise<string> {
  const { context, out, err } = recorded('', null)
  const host = {
    serve: () => assert.fail('no server is wanted'),
    onTermination: () => () => {},
    restart: () => assert.fail('no server is wanted'),
  }
  assert.equal(await apsisctl(['schema', ...args], context, host), 0)
  assert.equal(err(), '')
  return out()
}

test('schema prints the JSON Schema of job files, and with --markdown their reference page', async () => {
  assert.equal(await printed(), await readFile(join(REFERENCE, 'job.schema.json'), 'utf8'))
  assert.equal(await printed('--markdown'), await readFile(join(REFERENCE, 'jobs.md'), 'utf8'))
})
