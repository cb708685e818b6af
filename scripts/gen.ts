// `npm run gen` writes the generated files; with `--check` it writes none and fails where one is stale.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Generated } from './gen/generated.ts'
import { jobs, jobsSchema } from './gen/jobs.ts'
import { states } from './gen/states.ts'

const GENERATED: readonly Generated[] = [states, jobs, jobsSchema]

const root = fileURLToPath(new URL('..', import.meta.url))
const checking = process.argv.includes('--check')

function current(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

let stale = 0
for (const { path, content } of GENERATED) {
  const file = join(root, path)
  const wanted = content()
  if (current(file) === wanted) continue
  stale += 1
  if (checking) {
    console.error(`${path}: not what its source says; run npm run gen`)
  } else {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, wanted)
    console.log(`${path}: written`)
  }
}
process.exit(checking && stale > 0 ? 1 : 0)
