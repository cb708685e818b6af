// Writes down what the samples mean now: `node packages/testkit/src/samples/write.ts [NAME...]`. Read the difference before you commit it.
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readSample, SAMPLES } from './sample.ts'

const asked = process.argv.slice(2)
for (const entry of await readdir(SAMPLES, { withFileTypes: true })) {
  if (!entry.isDirectory() || (asked.length > 0 && !asked.includes(entry.name))) continue
  const result = await readSample(entry.name)
  await writeFile(join(SAMPLES, entry.name, 'expected.json'), `${JSON.stringify(result, null, 2)}\n`)
}
