import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** A folder below which a test makes cgroups, or why there can be none. */
export type Parent = { readonly path: string } | { readonly skip: string }

function mounts(type: 'cgroup' | 'cgroup2', controller: string | null): readonly string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [before = '', after = ''] = line.split(' - ')
      const [found, , options = ''] = after.split(' ')
      const fits = found === type && (controller === null || options.split(',').includes(controller))
      return fits ? [before.split(' ')[4] ?? ''] : []
    })
}

// A test that failed has left something.
function remove(path: string): void {
  for (const name of below(path)) remove(join(path, name))
  rmdirSync(path)
}

let made = 0

function make(t: TestContext, points: readonly string[], what: string): Parent {
  if (points.length === 0) return { skip: `there is no ${what} here` }
  for (const point of points) {
    const path = join(point, `procstar-test-${process.pid}-${made++}`)
    try {
      mkdirSync(path)
    } catch {
      continue
    }
    t.after(() => remove(path))
    return { path }
  }
  return { skip: `this user can make no cgroup below ${points.join(', ')}` }
}

/** Below the hierarchy of v2. It is removed after the test, so a fixture is made before it, which ends what is in there. */
export function v2Parent(t: TestContext): Parent {
  return make(t, mounts('cgroup2', null), 'cgroup v2')
}

/** Below the v1 hierarchy of that controller. */
export function v1Parent(t: TestContext, controller: string): Parent {
  return make(t, mounts('cgroup', controller), `v1 controller ${controller}`)
}

/** Names of the cgroups below that one. */
export function below(parent: string): readonly string[] {
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
}

/** Whether the file is there. */
export function has(folder: string, file: string): boolean {
  return existsSync(join(folder, file))
}
