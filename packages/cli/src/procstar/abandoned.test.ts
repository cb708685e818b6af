import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { removeAbandoned } from './abandoned.ts'
import { Place } from './fixture.ts'

const HOUR = 3_600_000

async function folders(place: Place): Promise<readonly string[]> {
  return (await readdir(place.folder)).filter((name) => name.startsWith('procstar-')).sort()
}

test('the private folder of a procstar that was killed goes with the next, once no proc of it runs', async (context) => {
  const place = await Place.make(context)
  const input = await place.input({ a: { argv: ['/bin/sh', '-c', 'echo begun >&2; exec sleep 1000'] } })
  const first = place.start(['-x', input])
  await first.said(/begun/)
  const [made = ''] = await folders(place)
  const old = new Date(Date.now() - HOUR)
  await utimes(join(place.folder, made), old, old)
  // In use.
  await removeAbandoned(place.folder, Date.now())
  assert.deepEqual(await folders(place), [made])
  first.child.kill('SIGKILL')
  await first.ended
  const journal = await readFile(join(place.folder, made, 'segments/000001/journal'), 'utf8')
  const [, monitor = '', pid = ''] = /"mon":(\d+),.*?"pid":(\d+)/.exec(journal) ?? []
  // Of nobody, but its proc runs.
  await removeAbandoned(place.folder, Date.now())
  assert.deepEqual(await folders(place), [made])
  process.kill(Number(monitor), 'SIGKILL')
  const isThere = (id: string): Promise<boolean> =>
    readFile(`/proc/${id}/stat`).then(
      () => true,
      () => false,
    )
  while ((await isThere(monitor)) || (await isThere(pid))) await new Promise((resolve) => setImmediate(resolve))
  const other = await mkdtemp(join(place.folder, 'procstar-'))
  await mkdir(join(place.folder, 'procstar-mine'), { mode: 0o700 })
  const { code } = await place.run(['-x', await place.input({ b: { argv: ['/bin/true'] } })])
  assert.equal(code, 0)
  // What is young, or has another name, stays.
  assert.deepEqual(await folders(place), [other.slice(place.folder.length + 1), 'procstar-mine'].sort())
})
