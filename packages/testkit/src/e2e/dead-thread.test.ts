import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Child, commandFile, FeedWatch, System } from '../system/index.ts'

const LIMIT = { timeout: 120_000 }
const WORK = `
params: [go]
program:
  type: procstar-shell
  command: |
    until [ -e {{ go }} ]; do sleep 0.05; done
    echo after
`

for (const thread of ['runs-writer', 'outputs-writer', 'reader']) {
  test(
    `E2E40: a server whose ${thread} died says so and ends with 1; the next one takes up what runs`,
    LIMIT,
    async (t) => {
      const system = await System.create({ jobs: { work: WORK } })
      t.after(() => system.destroy())
      const go = join(system.folder, 'go')
      const args = ['--import', join(import.meta.dirname, '../system/dying-thread.ts'), commandFile('apsisctl')]
      const server = new Child([...args, 'serve', '--config', system.configFile], {
        ...process.env,
        APSIS_TEST_THREAD: thread,
      })
      t.after(() => server.process.kill('SIGKILL'))
      await server.line(/serving at http/)
      system.startAgent()
      await server.line(/agent connected/)
      const { runs } = await system.client.schedule({ job_id: 'work', args: { go } })
      const [id = ''] = Object.keys(runs)
      const feed = new FeedWatch(system.url)
      t.after(() => feed.stop())
      await feed.run(id, 'running')
      server.process.kill('SIGUSR2')
      await server.line(new RegExp(`the server cannot go on: the thread ${thread} ended`))
      assert.deepEqual(await server.ended, { code: 1, signal: null })
      await system.startServer()
      await system.server.line(/agent connected/)
      await writeFile(go, '')
      await feed.run(id, 'success')
      assert.equal(Buffer.from((await system.client.output(id, 'output')).data).toString(), 'after\n')
    },
  )
}
