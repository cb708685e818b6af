// Backs the data folder given up to the folder given, and says each step.
import { backUp } from './index.ts'

const [, , data = '', destination = ''] = process.argv
await backUp({
  data,
  destination,
  version: '1',
  time: '2026-01-31T09:00:00Z',
  progress: (file, done, all) => void process.stdout.write(`${file} ${done} ${all}\n`),
})
