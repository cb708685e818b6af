import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openSqliteStore } from '@apsis/store/sqlite'
import type { Store } from '@apsis/store/port'
import { JOB, live } from './lives.ts'
import { archived, differences, type Held, runsOf, unsaid, unsound } from './look.ts'
import type { Scenario } from './scenario.ts'

const RUNS = 2
/** More than there ever are. */
const MOST = 100

/** Retention into an archive, then a vacuum in steps and a sweep, of a store that goes on. `made`: a folder for that store. */
export async function retentionScenario(made: string): Promise<Scenario> {
  const open = async (): Promise<Store> => {
    const opened = await openSqliteStore({ folder: made })
    // The thread that keeps it is there, and has looked for what a crash left, before anything is counted.
    await opened.maintenance.remove([], 0)
    return opened
  }
  let store = await open()
  let last = 0
  return {
    tries: 'cheap',
    elsewhere: null,
    thread: null,
    close: () => store.close(),
    begin: async (folder) => {
      const archive = join(folder, 'old.db')
      await live(store, last + 1, last + RUNS)
      last += RUNS
      const before = runsOf(made)
      return {
        operate: async () => {
          await retain(store, archive)
          for (let left = 1; left > 0; ) left = (await store.maintenance.vacuum()).left
          await store.maintenance.sweep()
        },
        afterFault: async (fault, error) => {
          if (fault === 'death') {
            await store.close()
            store = await open()
          }
          return [
            ...(error === null ? ['it did not say that it failed'] : []),
            ...(fault === 'death' ? [] : unsaid(error)),
            ...unsound(made, 'errors'),
            ...lost(before, runsOf(made), archive),
          ]
        },
        atEnd: async () => {
          const found = [
            ...differences(runsOf(made), new Map(), 'here'),
            ...differences(archived(archive), before, 'archive'),
          ]
          // Outputs that a removal left go with the next.
          await live(store, last + 1, last + 1)
          last++
          await retain(store, join(folder, 'next.db'))
          return [...found, ...unsound(made, 'all')]
        },
        end: async () => {},
      }
    },
  }
}

/** What retention, and a job that archives, ask of a store: all that ended goes to the archive, and then from here. */
async function retain({ maintenance }: Store, archive: string): Promise<void> {
  const now = Date.now()
  const due = await maintenance.due([{ jobId: JOB, states: ['success'], before: now, keep: null }], MOST)
  if (due.length > 0) {
    const refused = new Set((await maintenance.archive(archive, due)).refused)
    await maintenance.remove(
      due.filter(({ runId }) => !refused.has(runId)),
      now,
    )
  }
  await maintenance.removeInstants({ jobId: JOB, verdicts: ['skipped'], before: now, keep: null, at: now }, MOST)
}

/** Each run is here or in the archive, whole. */
function lost(before: ReadonlyMap<number, Held>, here: ReadonlyMap<number, Held>, archive: string): readonly string[] {
  const there = existsSync(archive) ? archived(archive) : new Map<number, Held>()
  const both = new Map([...there, ...here])
  return [
    ...differences(both, before, 'here or there'),
    ...differences(there, new Map([...before].filter(([number]) => there.has(number))), 'archive'),
  ]
}
