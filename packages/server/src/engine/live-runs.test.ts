import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newRun, type Run, type RunId, runId, runNumber, step } from '@apsis/core/run'
import fc from 'fast-check'
import { BIND } from './conditions-world.test.ts'
import { LiveRuns } from './live-runs.ts'

const PAUSES = ['one', 'two'] as const

function scheduled(n: number, at: number): Run {
  const seed = { jobId: `job${n % 3}`, args: {}, labels: [], origin: { type: 'request' } as const, stop: null }
  return changed(newRun({ ...seed, id: runId(n), schedule: at }, 0), { type: 'schedule', message: '' })
}

function changed(run: Run, input: Parameters<typeof step>[1]): Run {
  const result = step(run, input, 0)
  return result.ok ? result.run : run
}

const act = fc.record({
  type: fc.constantFrom('add', 'hold', 'release', 'move', 'start', 'go'),
  n: fc.integer({ min: 1, max: 150 }),
  at: fc.integer({ min: 1, max: 50 }),
  pause: fc.constantFrom(...PAUSES),
})

test('what is counted and in line is what there is, however runs are held, released, moved, started and forgotten', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 400 }), (acts) => {
      const live = new LiveRuns()
      for (const { type, n, at, pause } of acts) {
        const run = live.get(runId(n))
        if (run === undefined) {
          if (type === 'add') live.set(scheduled(n, at))
        } else if (type === 'go') live.letGo(run.id)
        else if (type === 'hold') live.set(changed(run, { type: 'hold', until: null, reason: null, pause }))
        else if (type === 'release') live.set(changed(run, { type: 'release', reason: null }))
        else if (type === 'move') live.set(changed(run, { type: 'move', time: at, reason: null }))
        else if (type === 'start') {
          const handle = { id: 'x', on: 'server', agent: null } as const
          live.set(changed(run, { type: 'start', bind: BIND, handle, reason: null }))
        }
      }
      const all = [...live.all()]
      const heldBy = (pause: string): readonly RunId[] =>
        all
          .filter((run) => run.state === 'scheduled' && run.held?.pause === pause)
          .sort((a, b) => (a.times.schedule ?? 0) - (b.times.schedule ?? 0) || runNumber(a.id) - runNumber(b.id))
          .map(({ id }) => id)
      assert.equal(
        live.held,
        PAUSES.reduce((sum, pause) => sum + heldBy(pause).length, 0),
      )
      for (const n of [0, 1, 2]) {
        assert.equal(live.countOfJob(`job${n}`), all.filter(({ jobId }) => jobId === `job${n}`).length)
      }
      assert.equal(
        live.isBoundTo('d'),
        all.some((run) => 'bound' in run && run.bound !== null),
      )
      for (const pause of PAUSES) {
        const line: RunId[] = []
        assert.equal(live.countHeldBy(pause), heldBy(pause).length)
        const expected = heldBy(pause)
        for (let id = live.firstHeldBy(pause); id !== undefined; id = live.firstHeldBy(pause)) {
          line.push(id)
          live.letGo(id)
        }
        assert.deepEqual(line, expected)
      }
    }),
    { numRuns: 300 },
  )
})
