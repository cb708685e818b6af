import { builtinModules } from 'node:module'
import type { OxlintOverride } from 'oxlint'
import { MAY_IMPORT, PACKAGES } from './import-table.ts'
import type { Package } from './import-table.ts'

const TESTS = ['**/*.test.ts', '**/*.test.tsx']

/** One restriction of what may be imported, with its reason. */
export interface ImportPattern {
  readonly regex?: string
  readonly group?: string[]
  readonly message: string
}

const DOORS_ONLY: readonly ImportPattern[] = [
  {
    regex: '^@apsis/([^/]+$|[^/]+/.+/|.*\\.ts$)',
    message: 'import a door, `@apsis/<package>/<folder>`: what is behind it may change without notice',
  },
  {
    regex: '^\\.\\.?/(.*/)?(src|packages)/',
    message: 'a relative import stays in its package; another one is imported by its door, `@apsis/<package>/<folder>`',
  },
]

/** What any file may import of our packages: their doors. */
export const DOORS: { readonly patterns: ImportPattern[] } = { patterns: [...DOORS_ONLY] }

function table(importer: Package): readonly ImportPattern[] {
  const allowed = MAY_IMPORT[importer]
  const names = Object.keys(allowed)
  const rule = `${importer} may import ${names.length === 0 ? 'nothing of ours' : names.join(', ')}: docs/design/architecture.md, section 4`
  const forbidden = PACKAGES.filter((name) => allowed[name] === undefined)
  const patterns: ImportPattern[] = [{ regex: `^@apsis/(${forbidden.join('|')})/`, message: rule }]
  for (const name of PACKAGES) {
    const doors = allowed[name]
    if (doors === undefined || doors === 'every door') continue
    patterns.push({
      group: [`@apsis/${name}/*`, ...doors.map((door) => `!@apsis/${name}/${door}`)],
      message: `${importer} may import of ${name} only ${doors.join(', ')}: docs/design/architecture.md, section 4`,
    })
  }
  return patterns
}

/** The import table for the files of one package. */
export function importsOf(importer: Package): OxlintOverride {
  return {
    files: [`packages/${importer}/**`],
    rules: { 'no-restricted-imports': ['error', { patterns: [...DOORS_ONLY, ...table(importer)] }] },
  }
}

const PURE =
  'this folder is pure: what it needs of the outside comes in by parameter (docs/design/architecture.md, section 4)'

const BUILTINS = builtinModules.filter((name) => !name.startsWith('_')).map((name) => name.replace('node:', ''))

const NO_OUTSIDE: readonly ImportPattern[] = [
  { regex: `^(node:.*|(${BUILTINS.join('|')})(/.*)?)$`, message: PURE },
  { regex: '^\\.\\.?/(.*/)?edges/', message: PURE },
]

const GLOBALS = [
  'Date',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'queueMicrotask',
  'requestAnimationFrame',
  'process',
  'fetch',
  'WebSocket',
  'EventSource',
  'XMLHttpRequest',
  'crypto',
  'console',
  'navigator',
  'window',
  'document',
  'localStorage',
] as const

const restrictedGlobals = (names: readonly string[]) => ({
  globals: names.map((name) => ({ name, message: PURE })),
  checkGlobalObject: true,
})

/**
 * A folder that reads no clock, no random number and nothing of the outside. It replaces the import table of the package
 * for these files (overrides do not add up), and so says it again.
 */
export function pure(importer: Package, folder: string): OxlintOverride {
  return {
    files: [`${folder}/**`],
    excludeFiles: TESTS,
    rules: {
      'no-restricted-imports': ['error', { patterns: [...DOORS_ONLY, ...table(importer), ...NO_OUTSIDE] }],
      'no-restricted-globals': ['error', restrictedGlobals(GLOBALS)],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: PURE },
        { object: 'Temporal', property: 'Now', message: PURE },
      ],
    },
  }
}

/** A folder that decides in one go: nothing in it waits. Comes after `pure` of the same folder. */
export function synchronous(folder: string): OxlintOverride {
  return {
    files: [`${folder}/**`],
    excludeFiles: TESTS,
    rules: {
      'oxc/no-async-await': 'error',
      'no-restricted-globals': ['error', restrictedGlobals([...GLOBALS, 'Promise'])],
    },
  }
}
