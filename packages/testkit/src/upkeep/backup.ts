import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { backUp, restore } from '@apsis/store/folder'
import { openSqliteStore } from '@apsis/store/sqlite'
import type { Store } from '@apsis/store/port'
import { live, T0 } from './lives.ts'
import { differences, type Held, runsOf, unsaid, unsound } from './look.ts'
import type { Scenario } from './scenario.ts'

const RUNS = 3

/** `apsisctl backup` beside a server that has the store open. `made`: a folder for that store. */
export async function backupScenario(made: string): Promise<Scenario> {
  const data = join(made, 'data')
  const store: Store = await openSqliteStore({ folder: data })
  await live(store, 1, RUNS)
  const before = runsOf(data)
  return {
    tries: 'cheap',
    elsewhere: null,
    thread: 0,
    close: () => store.close(),
    begin: async (folder) => {
      const destination = join(folder, 'copy')
      return {
        operate: async () => {
          await backUp({ data, destination, version: '1', time: '2026-01-31T09:00:00Z', progress: () => {} })
        },
        afterFault: async (fault, error) => {
          const there = await readdir(folder)
          // One that died when all was done is good, and whoever asks again is told that it is there.
          if (fault === 'death' && there.includes('copy')) {
            const found = await wrongWith(folder, before)
            await rm(destination, { recursive: true })
            return found
          }
          const left = there.filter((name) => fault !== 'death' || !name.startsWith('.copy.partial-'))
          return [
            ...(error === null ? ['it did not say that it failed'] : left.map((name) => `it left ${name}`)),
            ...(fault === 'death' ? [] : unsaid(error)),
          ]
        },
        atEnd: async () => {
          const left = (await readdir(folder)).filter((name) => name !== 'copy')
          // The server was never in the way, and goes on.
          await store.commit({ nextRun: 100 })
          return [
            ...left.map((name) => `${name} is left`),
            ...(await wrongWith(folder, before)),
            ...unsound(data, 'all'),
          ]
        },
        end: async () => {},
      }
    },
  }
}

/** Puts the copy back, beside the folder that it is of. */
async function wrongWith(folder: string, wanted: ReadonlyMap<number, Held>): Promise<readonly string[]> {
  const data = join(folder, 'back')
  await restore({ source: join(folder, 'copy'), data, force: false, time: T0, stamp: 's' })
  const found = [...unsound(data, 'all'), ...differences(runsOf(data), wanted, 'the copy')]
  await rm(data, { recursive: true })
  return found
}
