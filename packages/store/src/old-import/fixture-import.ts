// Imports the file given into the data folder given, and says how far it is.
import { importDatabase } from './import.ts'

const [, , path = '', data = ''] = process.argv
await importDatabase({
  path,
  data,
  jobOf: () => ({ ok: false, message: 'none' }),
  progress: (runs) => void process.stdout.write(`${runs}\n`),
})
