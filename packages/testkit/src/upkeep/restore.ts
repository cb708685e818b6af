import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { backUp, restore } from '@apsis/store/folder'
import { openSqliteStore } from '@apsis/store/sqlite'
import { StoreError } from '@apsis/store/port'
import { live, T0 } from './lives.ts'
import { differences, type Held, runsOf, unsaid, unsound } from './look.ts'
import type { Scenario } from './scenario.ts'

/** Runs of the backup, and of the folder that it replaces. */
const COPIED = 3
const NEWER = 5
/** The number of the next run of that. */
const GIVEN_OUT = 3_000_000

/** What each try begins with: a backup, and a data folder that went on since. */
async function template(folder: string): Promise<void> {
  const data = join(folder, 'data')
  const store = await openSqliteStore({ folder: data })
  await live(store, 1, COPIED)
  await backUp({
    data,
    destination: join(folder, 'copy'),
    version: '1',
    time: '2026-01-31T09:00:00Z',
    progress: () => {},
  })
  await live(store, COPIED + 1, NEWER)
  await store.commit({ nextRun: GIVEN_OUT })
  await store.close()
  await writeFile(join(data, 'agent-token'), 'secret\n')
}

/** `apsisctl restore --force` over a data folder that is there. `made`: a folder for what each try begins with. */
export async function restoreScenario(made: string): Promise<Scenario> {
  await template(made)
  return {
    tries: 'cheap',
    elsewhere: null,
    thread: null,
    close: async () => {},
    begin: async (folder) => {
      await cp(made, folder, { recursive: true })
      const data = join(folder, 'data')
      const source = join(folder, 'copy')
      const [newer, copied] = [runsOf(data), runsOf(source)]
      let tries = 0
      const after = async (): Promise<readonly string[]> => {
        // The folder of before, or the copy, whole; or else whoever opens it is told what to do.
        if (!existsSync(data)) return refusedToOpen(data)
        const found = runsOf(data)
        const wanted: ReadonlyMap<number, Held> = found.size === newer.size ? newer : copied
        const whole = [...unsound(data, 'all'), ...differences(found, wanted, 'data')]
        if (wanted === newer && (await readFile(join(data, 'agent-token'), 'utf8')) !== 'secret\n')
          whole.push('the token is another')
        return whole
      }
      return {
        operate: async () => {
          await restore({ source, data, force: true, time: T0, stamp: String(++tries) })
        },
        afterFault: async (fault, error) => {
          const left = (await readdir(folder)).filter((name) => !['data', 'copy'].includes(name))
          const found = await after()
          if (fault === 'death') return found
          if (error === null) return ['it did not say that it failed']
          return [...found, ...left.map((name) => `it left ${name}`), ...unsaid(error)]
        },
        atEnd: async () => {
          const names = (await readdir(folder)).filter((name) => /partial|unfinished/.test(name))
          const next = nextRunOf(data)
          return [
            ...unsound(data, 'all'),
            ...differences(runsOf(data), copied, 'restored'),
            ...names.map((name) => `${name} is left`),
            ...(next > GIVEN_OUT ? [] : [`the next run is ${next}, a number that was given out`]),
            ...(await asideOf(folder, newer)),
          ]
        },
        end: async () => {},
      }
    },
  }
}

/** What was replaced is still there, somewhere. */
async function asideOf(folder: string, newer: ReadonlyMap<number, Held>): Promise<readonly string[]> {
  const asides = (await readdir(folder)).filter((name) => name.startsWith('data.before-restore-'))
  const whole = asides.some((name) => differences(runsOf(join(folder, name)), newer, name).length === 0)
  return whole ? [] : [`what was replaced is nowhere: ${asides.join(', ')}`]
}

async function refusedToOpen(data: string): Promise<readonly string[]> {
  try {
    const store = await openSqliteStore({ folder: data })
    await store.close()
    return ['there is no data folder any more, and a server makes an empty one']
  } catch (error) {
    const said =
      error instanceof StoreError && error.code === 'STORE_FOLDER' && error.message.includes('before-restore')
    return said ? [] : [`what to do is not said: ${String(error)}`]
  }
}

function nextRunOf(data: string): number {
  const db = new DatabaseSync(join(data, 'runs.db'), { readOnly: true })
  try {
    return Number(db.prepare(`SELECT value FROM counters WHERE name = 'next_run'`).get()?.['value'])
  } finally {
    db.close()
  }
}
