import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PACKAGES } from './import-table.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A copy of the workspace's configuration with no sources in it, to plant some in and see what the tools say. */
export interface Planting {
  /** Writes one file, by its path from the root. */
  readonly plant: (path: string, text: string) => void
  /** What oxlint says: for each file, the names of the rules it breaks, sorted. */
  readonly lint: () => ReadonlyMap<string, readonly string[]>
  /** The files in which the compiler finds an error, with the codes. */
  readonly compile: () => ReadonlyMap<string, readonly string[]>
  readonly remove: () => void
}

/** Tools that find something end with a status that is not 0; what they print is wanted all the same. */
function output(folder: string, tool: string, args: readonly string[]): string {
  const command = [join(folder, 'node_modules', tool), ...args]
  try {
    return execFileSync(process.execPath, command, { cwd: folder, encoding: 'utf8', stdio: 'pipe', maxBuffer: 64e6 })
  } catch (error) {
    if (error instanceof Error && 'stdout' in error && typeof error.stdout === 'string' && error.stdout !== '')
      return error.stdout
    throw error
  }
}

function gather(text: string, line: RegExp): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const { groups } of text.matchAll(line)) {
    const { file, what } = groups ?? {}
    if (file !== undefined && what !== undefined) found.set(file, [...(found.get(file) ?? []), what].sort())
  }
  return found
}

/** The packages' configuration without their sources, the tools, and one door (`@apsis/<package>/door`) in each package. */
export function newPlanting(): Planting {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'apsis-planting-')))
  const plant = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }

  for (const file of [
    'oxlint.config.ts',
    'tsconfig.base.json',
    'scripts/lint/import-table.ts',
    'scripts/lint/restrictions.ts',
  ]) {
    cpSync(join(ROOT, file), join(folder, file))
  }
  mkdirSync(join(folder, 'node_modules/@apsis'), { recursive: true })
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name !== '@apsis' && name !== '.cache')
      symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name))
  }
  for (const name of PACKAGES) {
    const path = `packages/${name}`
    for (const file of readdirSync(join(ROOT, path)).filter((each) => /^(package|tsconfig.*)\.json$/.test(each))) {
      cpSync(join(ROOT, path, file), join(folder, path, file))
    }
    symlinkSync(join(folder, path), join(folder, 'node_modules/@apsis', name))
    plant(`${path}/src/door/index.ts`, `export const door = '${name}'\n`)
  }

  return {
    plant,
    lint: () =>
      gather(
        output(folder, 'oxlint/bin/oxlint', ['-f', 'unix', 'packages']),
        /^(?<file>[^:\n]+):\d+:\d+: .*\[\w+\/\S*?\((?<what>[\w-]+)\)\]$/gm,
      ),
    compile: () =>
      gather(
        output(folder, 'typescript/bin/tsc', [
          '-b',
          '--pretty',
          'false',
          ...PACKAGES.map((name) => `packages/${name}`),
        ]),
        /^(?<file>[^(\n]+)\(\d+,\d+\): error (?<what>TS\d+)/gm,
      ),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
