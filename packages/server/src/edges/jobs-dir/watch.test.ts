import assert from 'node:assert/strict'
import { mkdir, mkdtemp, realpath, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { STALE_LOCK, stampOf } from './folder-stamp.ts'
import { watchSources } from './watch.ts'

/** A watched folder with one file in it; `next` resolves when a change is told that was not waited for yet. */
async function watched(t: TestContext, poll = 60_000) {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'apsis-watch-')))
  const jobs = join(base, 'jobs')
  await mkdir(jobs)
  await writeFile(join(jobs, 'a.yaml'), 'a')
  let count = 0
  let taken = 0
  let wake = (): void => {}
  const locks: (string | null)[] = []
  let lockWake = (): void => {}
  const watching = watchSources(
    { jobs, calendars: [] },
    {
      changed: () => {
        count++
        wake()
      },
      mode: () => {},
      lock: (path) => {
        locks.push(path)
        lockWake()
      },
      failed: (why) => assert.fail(why),
    },
    { quiet: 40, poll },
  )
  t.after(async () => {
    await watching.stop()
    await rm(base, { recursive: true })
  })
  const next = async (): Promise<void> => {
    const none = (): boolean => count === taken
    while (none()) await new Promise<void>((resolve) => (wake = resolve))
    taken = count
  }
  const locked = async (): Promise<string | null> => {
    while (locks.length === 0) await new Promise<void>((resolve) => (lockWake = resolve))
    return locks.shift() ?? null
  }
  await next()
  return { base, jobs, next, locked }
}

test('files that are written, replaced, moved and removed are told, also in new folders', async (t) => {
  const { base, jobs, next } = await watched(t)
  await writeFile(join(jobs, 'a.yaml'), 'b')
  await next()
  // As editors save: another file takes its place.
  await writeFile(join(jobs, '.a.swp'), 'c')
  await rename(join(jobs, '.a.swp'), join(jobs, 'a.yaml'))
  await next()
  await mkdir(join(jobs, 'deep/er'), { recursive: true })
  await writeFile(join(jobs, 'deep/er/b.yaml'), 'b')
  await next()
  await rename(join(jobs, 'deep'), join(jobs, 'other'))
  await next()
  await rm(join(jobs, 'other'), { recursive: true })
  await next()
  await rename(jobs, join(base, 'away'))
  await next()
  await rename(join(base, 'away'), jobs)
  await next()
  await rm(join(jobs, 'a.yaml'))
  await next()
})

test('a folder that is a link, and is swapped for another, is told', async (t) => {
  const { base, jobs, next } = await watched(t)
  await rename(jobs, join(base, 'one'))
  await next()
  await symlink('one', jobs)
  await next()
  await mkdir(join(base, 'two'))
  await writeFile(join(base, 'two/a.yaml'), 'two')
  await symlink('two', join(base, 'new'))
  await rename(join(base, 'new'), jobs)
  await next()
  await writeFile(join(base, 'two/a.yaml'), 'three')
  await next()
})

test('while a lock is there nothing is told', async (t) => {
  const { jobs, next, locked } = await watched(t)
  const lock = join(jobs, 'update.lock')
  await writeFile(lock, '')
  await writeFile(join(jobs, 'b.yaml'), 'b')
  assert.equal(await locked(), lock)
  await rm(lock)
  await next()
  assert.equal(await locked(), null)
})

test('the lock of a checkout that the folder lies in counts; one that was left behind does not', async (t) => {
  const base = await mkdtemp(join(tmpdir(), 'apsis-stamp-'))
  t.after(() => rm(base, { recursive: true }))
  const jobs = join(base, 'deep/jobs')
  await mkdir(jobs, { recursive: true })
  await mkdir(join(base, '.git'))
  const look = () => stampOf([jobs], ['.yaml'], Date.now())
  assert.equal(look().lock, null)
  const lock = join(base, '.git/index.lock')
  await writeFile(lock, '')
  assert.equal(look().lock, lock)
  const old = new Date(Date.now() - STALE_LOCK - 1_000)
  await utimes(lock, old, old)
  assert.equal(look().lock, null)
})

test('files of other kinds do not change what is seen, and what is not there is said', async (t) => {
  const base = await mkdtemp(join(tmpdir(), 'apsis-stamp-'))
  t.after(() => rm(base, { recursive: true }))
  const before = stampOf([base], ['.yaml'], 0)
  await writeFile(join(base, 'note.txt'), 'x')
  assert.equal(stampOf([base], ['.yaml'], 0).stamp, before.stamp)
  assert.deepEqual(before.missing, [])
  assert.deepEqual(stampOf([join(base, 'no')], ['.yaml'], 0).missing, [join(base, 'no')])
})
