import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { createClient } from '@apsis/api/client'
import { recorded } from '../command/fixture/terminal.ts'
import { startTestServer } from '../command/fixture/server.ts'
import { apsis } from './index.ts'

async function run(base: string, columns: number | null, ...args: string[]) {
  const { context, out, err } = recorded(base, columns)
  const code = await apsis(args, context)
  return { code, out: out(), err: err() }
}

const clientOf = (base: string) => createClient({ base: `http://${base}`, fetch: (url, init) => fetch(url, init) })

test('the definitions that a job has had, what changed, and which one a run ran', async (t) => {
  const server = await startTestServer()
  t.after(() => server.stop())
  const client = clientOf(server.base)
  const file = join(server.jobs, 'demo/changes.yaml')
  const write = async (text: string): Promise<void> => {
    await writeFile(file, text)
    await client.reloadJobs()
  }
  await write('program: {type: no-op}\nmetadata: {owner: one}\n')
  const first = Object.values((await client.schedule({ job_id: 'demo/changes' })).runs)[0]
  await write('program: {type: no-op}\nmetadata: {owner: two}\n')
  const { versions } = await client.jobVersions('demo/changes', { definitions: true })
  assert.deepEqual(
    versions.map(({ current, definition }) => [current, definition?.['metadata']]),
    [
      [true, { owner: 'two', labels: [] }],
      [false, { owner: 'one', labels: [] }],
    ],
  )
  const [now = '', old = ''] = versions.map(({ hash }) => hash?.slice(0, 12) ?? '')
  const listed = await run(server.base, 80, 'job', 'changes', '--versions')
  assert.equal(listed.code, 0)
  assert.match(listed.out, new RegExp(`${now} +in force\\n.*${old}\\n$`))
  const diff = await run(server.base, 80, 'job', 'changes', '--diff')
  assert.match(diff.out, new RegExp(`^${old} .* → ${now} .*\\n {2}metadata.owner: one → two\\n$`))
  const back = await run(server.base, 80, 'job', 'changes', '--from', now.slice(0, 6), '--to', old)
  assert.match(back.out, /metadata\.owner: two → one/)
  assert.match((await run(server.base, 80, 'run', first?.run_id ?? '', '-v')).out, new RegExp(`^version: ${old}$`, 'm'))

  const unknown = await run(server.base, 80, 'job', 'changes', '--from', 'beef')
  assert.equal(unknown.code, 1)
  assert.match(unknown.err, /no such version of demo\/changes: none begins with beef/)
  assert.match((await run(server.base, 80, 'job', 'demo/hello', '--diff')).err, /there is none before/)
  assert.equal((await run(server.base, 80, 'job', 'nothing', '--versions')).code, 1)

  await rm(file)
  await client.reloadJobs()
  const gone = await client.jobVersions('demo/changes')
  assert.deepEqual([gone.versions[0]?.hash, gone.versions.length], [null, 3])
  assert.match((await run(server.base, 80, 'job', 'demo/changes', '--versions')).out, /job removed/)
  assert.equal((await client.jobVersions('demo/changes', { limit: 1 })).more, true)
})

test('a program that is no job runs once, marked and labelled; clients may send it as a text or a list', async (t) => {
  const server = await startTestServer()
  t.after(() => server.stop())
  const client = clientOf(server.base)
  const made = await run(
    server.base,
    null,
    'adhoc',
    '+1h',
    '--format',
    'json',
    '--label',
    'mine',
    'echo',
    '-n',
    '{{ x }}',
  )
  assert.equal(made.code, 0, made.err)
  const shell = await run(server.base, null, 'adhoc', '+1h', '--shell', 'ls', '-l', '$HOME', '|', 'wc')
  assert.match(shell.out, /procstar-shell: ls -l \$HOME \| wc/)
  const { runs } = await client.runs({ state: ['scheduled'] })
  const argv = Object.values(runs).find(({ program }) => program?.['type'] === 'procstar')
  assert.deepEqual([argv?.labels, argv?.meta['job']], [['ad-hoc', 'mine'], { labels: ['ad-hoc', 'mine'] }])
  const job = await client.job(argv?.job_id ?? '')
  assert.equal(job.ad_hoc, true)
  assert.deepEqual(
    (await client.jobs()).filter(({ ad_hoc }) => ad_hoc),
    [],
  )

  const programOf = async (program: string | readonly string[]): Promise<unknown> => {
    const later = new Date(Date.now() + 3_600_000).toISOString()
    const reply = await client.schedule({ job: { program }, times: { schedule: later } })
    return Object.values(reply.runs)[0]?.program
  }
  const text = await programOf('true; false')
  assert.ok(typeof text === 'object' && text !== null && 'command' in text && text.command === 'true; false')
  const list = await programOf(['/bin/true', 'x'])
  assert.ok(typeof list === 'object' && list !== null && 'argv' in list)
  assert.deepEqual(list.argv, ['/bin/true', 'x'])
  await assert.rejects(client.schedule({ job: { program: [] } }), /argv is empty/)
  assert.equal((await run(server.base, null, 'adhoc', 'soon', 'true')).code, 2)
})
