import { fileURLToPath } from 'node:url'
import { LIMIT, overlong } from './overlong.ts'

const found = [...overlong(fileURLToPath(new URL('../..', import.meta.url)), ['packages', 'scripts'])]
for (const { file, lines } of found) {
  console.error(`${file}: ${lines} lines, at most ${LIMIT} expected: split it by concept`)
}
process.exit(found.length === 0 ? 0 : 1)
