// Lists the rules of every SPEC.md that no test cites, and the tests beside one that cite no rule or an unknown one.
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sourceFiles } from './check/source-files.ts'
import { coverage } from './spec-coverage/coverage.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const files = [...sourceFiles(root, 'packages')]
const read = (path: string) => ({ path, text: readFileSync(join(root, path), 'utf8') })

const specs = files.filter((path) => basename(path) === 'SPEC.md').map(read)
const tests = files.filter((path) => /\.(test|suite)\.tsx?$/.test(path)).map(read)
const result = coverage(specs, tests)
for (const complaint of result.complaints) console.error(complaint)
console.log(`${result.rules} rules in ${specs.length} specifications, ${result.tests} tests beside them`)
process.exit(result.complaints.length === 0 ? 0 : 1)
