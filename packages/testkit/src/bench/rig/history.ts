import { join } from 'node:path'
import { makeHistory } from '@apsis/store/bench'
import { System } from '../../system/index.ts'

/** A server that is not started yet, and has so many finished runs. All of it ends with the scope. */
export async function systemWithHistory(
  scope: AsyncDisposableStack,
  options: { readonly jobs: Readonly<Record<string, string>>; readonly runs: number },
): Promise<System> {
  const { jobs, runs } = options
  const system = await System.create({ jobs })
  scope.defer(() => system.destroy())
  await makeHistory({ folder: join(system.folder, 'data'), runs, until: Date.now() })
  return system
}
