import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { defaultConfig } from '@apsis/core/config'
import { openSqliteStore } from '@apsis/store/sqlite'
import { quietServer } from '../fixture/index.ts'
import { startServer } from './start-server.ts'

const DAY = 86_400_000

test('what ages count by is kept over a start: where the clock is far ahead of it, nothing goes by that, and the log says so', async (t) => {
  const base = await mkdtemp(join(tmpdir(), 'apsis-ages-'))
  t.after(() => rm(base, { recursive: true }))
  const jobs = join(base, 'jobs')
  await mkdir(jobs)
  const lines: string[] = []
  const say = (message: string): void => void lines.push(message)
  const once = async (): Promise<void> => {
    const result = await startServer({
      ...quietServer(join(base, 'data'), jobs),
      config: {
        ...defaultConfig(),
        retention: [{ job: '**', states: ['success'], age: DAY, count: null, archive: null }],
      },
      log: { info: say, warn: say, error: say },
    })
    assert.ok(result.ok, result.ok ? '' : result.message)
    await result.server.stop()
  }
  await once()
  await once()
  assert.deepEqual(
    lines.filter((line) => /ahead/.test(line)),
    [],
  )

  const store = await openSqliteStore({ folder: join(base, 'data') })
  const alive = (await store.read.records('setting')).find(({ id }) => id === 'alive')
  assert.ok(alive !== undefined)
  const ages = { time: Date.now() - 3 * DAY, ahead: 0 }
  await store.commit({ records: [{ ...alive, json: { ...alive.json, ages } }] })
  await store.close()
  await once()
  assert.match(
    lines.find((line) => /ahead/.test(line)) ?? '',
    /^retention: the clock is 3:00:00:0\d ahead of where ages were when a server ran last/,
  )
  // The next one goes on from there too.
  lines.length = 0
  await once()
  assert.equal(lines.filter((line) => /ahead/.test(line)).length, 1)
})
