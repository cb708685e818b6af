/** The packages, inner ones first. */
export const PACKAGES = ['core', 'wire', 'api', 'kinds', 'store', 'server', 'agent', 'cli', 'web', 'testkit'] as const

export type Package = (typeof PACKAGES)[number]

/** What a package may import of another: each of its doors (`@apsis/<package>/<folder>`), or those named. */
export type Doors = 'every door' | readonly string[]

/**
 * Which package may import what of which other one: docs/design/architecture.md, section 4. Lint is made from this table;
 * a test holds the packages' dependencies and their TypeScript references against it.
 */
export const MAY_IMPORT: Readonly<Record<Package, Readonly<Partial<Record<Package, Doors>>>>> = {
  core: {},
  wire: {},
  api: { core: 'every door' },
  kinds: { core: 'every door', wire: 'every door' },
  store: { core: 'every door' },
  server: { core: 'every door', wire: 'every door', api: 'every door', kinds: 'every door', store: 'every door' },
  agent: { wire: 'every door' },
  cli: {
    api: 'every door',
    core: 'every door',
    kinds: 'every door',
    agent: 'every door',
    server: 'every door',
  },
  // The core's data only: states, time formats, queries. Its machinery would make the page heavy, and decide twice.
  web: { api: 'every door', core: ['run', 'time', 'json', 'query'] },
  testkit: {
    core: 'every door',
    wire: 'every door',
    api: 'every door',
    kinds: 'every door',
    store: 'every door',
    server: 'every door',
    agent: 'every door',
  },
}

/** Folders in which nothing reads a clock, a random number or the outside world: all of that comes in by parameter. */
export const PURE_FOLDERS: Readonly<Partial<Record<Package, string>>> = {
  core: 'packages/core/src',
  wire: 'packages/wire/src',
  api: 'packages/api/src',
  kinds: 'packages/kinds/src',
  agent: 'packages/agent/src/machine',
  server: 'packages/server/src/engine',
}
