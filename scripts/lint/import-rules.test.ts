import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { MAY_IMPORT, PACKAGES, PURE_FOLDERS } from './import-table.ts'
import type { Package } from './import-table.ts'
import { newPlanting } from './planting.ts'

const IMPORTS = 'no-restricted-imports'
const GLOBALS = 'no-restricted-globals'
const PROPERTIES = 'no-restricted-properties'

const CLOCKS_AND_OUTSIDE = [
  ['date', 'export const x = new Date()', GLOBALS],
  ['date-now', 'export const x = Date.now()', GLOBALS],
  ['by-global-object', 'export const x = globalThis.Date.now()', GLOBALS],
  ['performance', 'export const x = performance.now()', GLOBALS],
  ['timer', 'setTimeout(() => undefined, 1)', GLOBALS],
  ['interval', 'setInterval(() => undefined, 1)', GLOBALS],
  ['process', 'export const x = process.env', GLOBALS],
  ['fetch', "export const x = fetch('http://localhost')", GLOBALS],
  ['crypto', 'export const x = crypto.randomUUID()', GLOBALS],
  ['console', "console.log('x')", GLOBALS],
  ['random', 'export const x = Math.random()', PROPERTIES],
  ['random-taken-out', 'export const { random } = Math', PROPERTIES],
  ['temporal-now', 'export const x = Temporal.Now.instant()', PROPERTIES],
  ['node-module', "export * from 'node:fs'", IMPORTS],
  ['node-module-type', "export type { Stats } from 'node:fs'", IMPORTS],
  ['bare-node-module', "export * from 'child_process'", IMPORTS],
  ['node-module-later', "export const x = import('node:fs/promises')", IMPORTS],
  ['an-edge', "export * from '../edges/http.ts'", IMPORTS],
] as const

interface Case {
  readonly path: string
  readonly text: string
  /** The rule that must be broken; null: none of the three. */
  readonly rule: string | null
}

const forbidden = (name: Package) => PACKAGES.filter((other) => MAY_IMPORT[name][other] === undefined)
const allowed = (name: Package) => PACKAGES.filter((other) => MAY_IMPORT[name][other] !== undefined)
const doorOf = (name: Package, other: Package) => {
  const doors = MAY_IMPORT[name][other]
  return doors === undefined || doors === 'every door' ? 'door' : doors[0]
}

function tableCases(name: Package): readonly Case[] {
  const at = (file: string) => `packages/${name}/src/planted/${file}`
  return [
    ...forbidden(name).flatMap((other) => [
      { path: at(`${other}.ts`), text: `export * from '@apsis/${other}/door'\n`, rule: IMPORTS },
      { path: at(`${other}-type.ts`), text: `export type { X } from '@apsis/${other}/door'\n`, rule: IMPORTS },
      { path: at(`${other}-later.ts`), text: `export const x = import('@apsis/${other}/door')\n`, rule: IMPORTS },
      { path: at(`${other}.test.ts`), text: `export * from '@apsis/${other}/door'\n`, rule: IMPORTS },
    ]),
    ...allowed(name).flatMap((other) => [
      { path: at(`${other}.ts`), text: `export * from '@apsis/${other}/${doorOf(name, other)}'\n`, rule: null },
      { path: at(`${other}-bare.ts`), text: `export * from '@apsis/${other}'\n`, rule: IMPORTS },
      { path: at(`${other}-deep.ts`), text: `export * from '@apsis/${other}/src/door/index.ts'\n`, rule: IMPORTS },
      { path: at(`${other}-inner.ts`), text: `export * from '@apsis/${other}/door/inner'\n`, rule: IMPORTS },
      { path: at(`${other}-by-path.ts`), text: `export * from '../../../${other}/src/door/index.ts'\n`, rule: IMPORTS },
    ]),
  ]
}

const PURE_CASES: readonly Case[] = PACKAGES.flatMap((name) => {
  const folder = PURE_FOLDERS[name]
  if (folder === undefined) return []
  return CLOCKS_AND_OUTSIDE.flatMap(([what, text, rule]) => [
    { path: `${folder}/planted/${what}.ts`, text: `${text}\n`, rule },
    ...(what === 'an-edge' ? [] : [{ path: `${folder}/planted/${what}.test.ts`, text: `${text}\n`, rule: null }]),
  ])
})

const OTHER_CASES: readonly Case[] = [
  { path: 'packages/web/src/planted/core-machinery.ts', text: "export * from '@apsis/core/schedule'\n", rule: IMPORTS },
  {
    path: 'packages/server/src/edges/free.ts',
    text: "export * from 'node:fs'\nexport const x = Date.now()\n",
    rule: null,
  },
  {
    path: 'packages/core/src/planted/waits.ts',
    text: 'export async function f(): Promise<void> {}\n',
    rule: 'no-async-await',
  },
  { path: 'packages/core/src/planted/promises.ts', text: 'export const x = Promise.resolve(1)\n', rule: GLOBALS },
  {
    path: 'packages/server/src/planted/floating.ts',
    text: 'async function f(): Promise<void> {}\nexport const g = (): void => {\n  f()\n}\n',
    rule: 'no-floating-promises',
  },
  {
    path: 'packages/server/src/planted/switch.ts',
    text: "export function f(x: 'a' | 'b'): void {\n  switch (x) {\n    case 'a':\n      break\n  }\n}\n",
    rule: 'switch-exhaustiveness-check',
  },
]

const RESTRICTIONS = new Set([IMPORTS, GLOBALS, PROPERTIES])

const planting = newPlanting()
after(planting.remove)

test('lint refuses what the import table, the pure folders and the type-aware rules forbid, and nothing else of that kind', () => {
  const cases = [...PACKAGES.flatMap(tableCases), ...PURE_CASES, ...OTHER_CASES]
  for (const { path, text } of cases) planting.plant(path, text)
  const found = planting.lint()
  const wrong = cases.flatMap(({ path, rule }) => {
    const broken = found.get(path) ?? []
    const ok = rule === null ? !broken.some((name) => RESTRICTIONS.has(name)) : broken.includes(rule)
    return ok ? [] : [`${path}: expected ${rule ?? 'no restriction'}, found ${broken.join(', ') || 'nothing'}`]
  })
  assert.deepEqual(wrong, [])
})

/** The packages that the references of one lead to, over any number of steps: the compiler sees all of these. */
function reachable(name: Package): ReadonlySet<Package> {
  return new Set([name, ...allowed(name).flatMap((other) => [...reachable(other)])])
}

test('the compiler refuses every package that no reference leads to', () => {
  const compiled = newPlanting()
  try {
    const planted = PACKAGES.flatMap((name) =>
      PACKAGES.filter((other) => !reachable(name).has(other)).map((other) => ({
        path: `packages/${name}/src/planted/${other}.ts`,
        text: `import { door } from '@apsis/${other}/door'\nexport const x: string = door\n`,
      })),
    )
    for (const { path, text } of planted) compiled.plant(path, text)
    const found = compiled.compile()
    // A file outside of the project's list.
    assert.deepEqual(
      planted.filter(({ path }) => !found.get(path)?.includes('TS6307')).map(({ path }) => path),
      [],
    )
  } finally {
    compiled.remove()
  }
})

test('each package depends on the packages of its row in the import table, and refers to them', () => {
  const read = (path: string): string => readFileSync(new URL(`../../packages/${path}`, import.meta.url), 'utf8')
  for (const name of PACKAGES) {
    const row = [...allowed(name)].sort()
    const dependencies = [...read(`${name}/package.json`).matchAll(/"@apsis\/(\w+)":/g)]
      .map((match) => match[1] ?? '')
      .sort()
    const references = [...read(`${name}/tsconfig.json`).matchAll(/"path": "\.\.\/(\w+)"/g)]
      .map((match) => match[1] ?? '')
      .sort()
    assert.deepEqual({ name, dependencies, references }, { name, dependencies: row, references: row })
  }
})
