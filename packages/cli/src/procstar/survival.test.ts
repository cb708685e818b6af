import assert from 'node:assert/strict'
import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Place, resultsIn } from './fixture.ts'

const CAPTURE = ['stdout', { capture: { encoding: 'utf-8' } }]

async function text(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '')
}

/** Looks until it holds; the test's own time limit is the end of it. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve))
}

test('after a reboot of the host procs are lost, results and output are kept, and all are deleted', async (context) => {
  const place = await Place.make(context)
  const state = join(place.folder, 'state')
  const sleep = { argv: ['/bin/sh', '-c', 'echo kept; exec sleep 1000'], fds: [CAPTURE] }
  const over = { argv: ['/bin/sh', '-c', 'echo over; exit 3'], fds: [CAPTURE] }
  const input = await place.input({ sleep, over })
  const journal = join(state, 'segments/000001/journal')
  const first = place.start(['-x', '--state', state, input])
  await until(async () => /"t":"end","v":1,"id":"over"/.test(await text(journal)))
  await until(async () => (await text(join(state, 'segments/000001/out/0.1'))) === 'kept\n')
  first.child.kill('SIGKILL')
  await first.ended
  const written = await text(journal)
  const monitor = /"id":"sleep","mon":(\d+)/.exec(written)?.[1]
  // What a reboot leaves: another boot id, and nothing that runs. (A monitor takes its proc along.)
  process.kill(Number(monitor), 'SIGKILL')
  await writeFile(journal, written.replace(/"boot":"[^"]*"/, '"boot":"before"'))
  const second = await place.run(['-p', '--state', state])
  assert.deepEqual([second.code, second.err], [0, ''])
  const results = resultsIn(second.out)
  assert.deepEqual(Object.keys(results), ['over', 'sleep'])
  assert.deepEqual([results['over']?.state, results['over']?.status?.exit_code], ['terminated', 3])
  assert.deepEqual(results['over']?.fds, { stdout: { type: 'text', text: 'over\n', encoding: 'utf-8' } })
  const { state: lost, errors, status, fds } = results['sleep'] ?? {}
  assert.deepEqual([lost, errors, status], ['error', ['lost: host rebooted'], null])
  assert.deepEqual(fds, { stdout: { type: 'text', text: 'kept\n', encoding: 'utf-8' } })
  const third = await place.run(['-p', '--state', state])
  assert.deepEqual([third.code, resultsIn(third.out)], [0, {}])
})

test('a state folder that is removed: it says so, tells what it still can, and ends', async (context) => {
  const place = await Place.make(context)
  const state = join(place.folder, 'state')
  const gate = join(place.folder, 'gate')
  const script = `echo before; until test -e ${gate}; do sleep 0.05; done; echo after; exit 3`
  const started = place.start([
    '-p',
    '--state',
    state,
    await place.input({ a: { argv: ['/bin/sh', '-c', script], fds: [CAPTURE] } }),
  ])
  await until(async () => (await text(join(state, 'segments/000001/out/0.1'))) === 'before\n')
  await rm(state, { recursive: true })
  await started.said(/ERROR - the state folder .* is gone: /)
  await writeFile(gate, '')
  const { code, out } = await started.ended
  assert.equal(code, 1)
  const { a } = resultsIn(out)
  assert.deepEqual([a?.state, a?.status?.exit_code], ['terminated', 3])
  assert.deepEqual(a?.fds, { stdout: { type: 'text', text: 'before\nafter\n', encoding: 'utf-8' } })
})

test('a state folder that is removed while HTTP is served ends that, when nothing is held', async (context) => {
  const place = await Place.make(context)
  const state = join(place.folder, 'state')
  const started = place.start(['-s', '--serve-socket', join(place.folder, 's'), '--state', state])
  await until(async () => (await readdir(place.folder)).includes('s'))
  await rm(state, { recursive: true })
  const { code, err } = await started.ended
  assert.equal(code, 1)
  assert.match(err, /ERROR - the state folder .* is gone: /)
})
