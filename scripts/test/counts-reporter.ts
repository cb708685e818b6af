// A reporter of node's test runner that writes nothing but the counts of the whole run, as JSON.
import type { TestEvent } from 'node:test/reporters'
import type { Counts } from './counts.ts'

/**
 * Counts the whole run.
 * @public Loaded by its path, as node's test runner loads reporters.
 */
export default async function* countsReporter(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    // Each file has a summary too; the one without a file is of the whole run.
    if (event.type !== 'test:summary' || event.data.file !== undefined) continue
    const { tests, passed, skipped, todo } = event.data.counts
    const notRun = skipped + todo
    const counts: Counts = { tests, passed, failed: tests - passed - notRun, skipped: notRun }
    yield JSON.stringify(counts)
  }
}
