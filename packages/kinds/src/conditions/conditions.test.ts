import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isMapping } from '@apsis/core/document'
import type { JsonObject } from '@apsis/core/json'
import type { ConditionKind, ConditionSpec, KindSyntax, RunsFact } from '@apsis/core/kind'
import type { BoundCondition, ConditionOutcome, RunId, State } from '@apsis/core/run'
import { registry } from '../builtin/index.ts'
import { expandedOf, faultsOf, specOf, stored } from '../builtin/sample.test.ts'
import { constant } from './const/spec.ts'
import { dependency } from './dependency/spec.ts'
import { maxRunning } from './max-running/spec.ts'
import { skipDuplicate } from './skip-duplicate/spec.ts'

type Kind = KindSyntax<ConditionSpec> & ConditionKind

const scope = { runId: 'r9', jobId: 'me', args: { a: '1', b: '2' } } as const
const PARAMS: Readonly<Record<string, readonly string[]>> = { other: ['a'], two: ['a', 'z'], none: [], me: ['a', 'b'] }
const paramsOf = (jobId: string): readonly string[] | null => PARAMS[jobId] ?? null

/** Runs that there are: unfinished ones in the order in which they came, and one of each finished state. */
interface Runs {
  readonly unfinished: readonly { readonly id: RunId; readonly state: State }[]
  readonly finished: Readonly<Partial<Record<State, RunId>>>
}

const NOTHING: Runs = { unfinished: [], finished: {} }

function factOf({ unfinished, finished }: Runs): RunsFact {
  return {
    count: (state) => unfinished.filter((run) => run.state === state).length + (finished[state] === undefined ? 0 : 1),
    first: (state) => unfinished.find((run) => run.state === state)?.id ?? finished[state] ?? null,
  }
}

function bound(kind: Kind, value: JsonObject): BoundCondition {
  const condition = expandedOf(specOf(kind, value).bind(scope, paramsOf))
  assert.ok(condition !== null)
  return condition
}

function ask(kind: Kind, value: JsonObject, runs: Runs): ConditionOutcome {
  const condition = bound(kind, value)
  const spec = stored(condition.spec)
  assert.ok(isMapping(spec))
  return kind.revive({ ...condition, spec }).evaluate([factOf(runs)])
}

test('KCOND1: a dependency holds', () => {
  const value = { job_id: 'other' }
  assert.deepEqual(dependency.revive(bound(dependency, value)).needs, [{ jobId: 'other', args: { a: '1' } }])
  const found = ask(dependency, value, { unfinished: [], finished: { success: 'r1', failure: 'r2' } })
  assert.deepEqual(found, { type: 'ready', because: 'other(a=1) is success: r1' })
  assert.equal(ask(dependency, value, { unfinished: [], finished: { failure: 'r2' } }).type, 'waiting')
  const running = { ...value, states: ['running', 'success'] }
  assert.equal(ask(dependency, running, { unfinished: [{ id: 'r3', state: 'running' }], finished: {} }).type, 'ready')
})

test('KCOND2: args of a dependency', () => {
  assert.deepEqual(bound(dependency, { job_id: 'two', args: { z: 'x{{ b }}', extra: '1' } }).spec, {
    job_id: 'two',
    args: { a: '1', z: 'x2' },
  })
  assert.deepEqual(bound(dependency, { job_id: '{{ "no" }}ne' }).spec, { job_id: 'none', args: {} })
  assert.deepEqual(specOf(dependency, { job_id: 'two' }).bind(scope, paramsOf), {
    ok: false,
    message: 'no value for param z of job two',
  })
  assert.deepEqual(specOf(dependency, { job_id: 'gone' }).bind(scope, paramsOf), {
    ok: false,
    message: 'unknown job ID: gone',
  })
})

test('KCOND3: a dependency that must exist', () => {
  const value = { job_id: 'other', exist: true }
  assert.deepEqual(bound(dependency, value).spec['exist'], [
    'new',
    'scheduled',
    'waiting',
    'starting',
    'running',
    'stopping',
    'success',
  ])
  assert.deepEqual(ask(dependency, value, { unfinished: [], finished: { failure: 'r2' } }), {
    type: 'goto',
    state: 'error',
    because: 'no dependency other(a=1) exists in new|scheduled|waiting|starting|running|stopping|success',
  })
  assert.equal(ask(dependency, value, { unfinished: [{ id: 'r3', state: 'scheduled' }], finished: {} }).type, 'waiting')
  assert.equal(ask(dependency, { job_id: 'other' }, NOTHING).type, 'waiting')
  assert.deepEqual(faultsOf(dependency, { job_id: 'x', states: ['success', 'failure'], exist: 'success' }), [
    'exist: exist must include every one of states; not in it: failure',
  ])
  assert.deepEqual(faultsOf(dependency, { job_id: 'x', exist: 'sucess' }), [
    "exist: not a state: sucess (did you mean 'success'?)",
  ])
})

test('KCOND4: a limit of running ones', () => {
  const runs = (...states: State[]): Runs => ({
    unfinished: states.map((state, index) => ({ id: `r${index + 1}`, state })),
    finished: {},
  })
  assert.equal(ask(maxRunning, {}, runs()).type, 'ready')
  assert.equal(ask(maxRunning, {}, runs('waiting', 'stopping', 'scheduled')).type, 'ready')
  assert.equal(ask(maxRunning, {}, runs('starting')).type, 'waiting')
  assert.equal(ask(maxRunning, { count: 2 }, runs('running')).type, 'ready')
  assert.equal(ask(maxRunning, { count: 2 }, runs('running', 'starting')).type, 'waiting')
  assert.equal(ask(maxRunning, { count: 0 }, runs()).type, 'waiting')
})

test('KCOND17: what holds says what it found', () => {
  const running: Runs = { unfinished: [{ id: 'r3', state: 'running' }], finished: {} }
  const found = ask(dependency, { job_id: 'other', states: ['success', 'running'] }, running)
  assert.deepEqual(found, { type: 'ready', because: 'other(a=1) is running: r3' })
  const free = ask(maxRunning, { count: 2 }, running)
  assert.deepEqual(free, { type: 'ready', because: '1 of at most 2 runs of me(a=1 b=2) running' })
})

test('KCOND5: which runs a limit looks at', () => {
  const needs = (value: JsonObject): unknown => maxRunning.revive(bound(maxRunning, value)).needs
  assert.deepEqual(needs({}), [{ jobId: 'me', args: { a: '1', b: '2' } }])
  assert.deepEqual(needs({ args: { b: 'x{{ a }}' } }), [{ jobId: 'me', args: { a: '1', b: 'x1' } }])
  assert.deepEqual(needs({ job_id: 'other' }), [{ jobId: 'other', args: { a: '1' } }])
  assert.deepEqual(needs({ job_id: 'two', args: { z: '3' } }), [{ jobId: 'two', args: { a: '1', z: '3' } }])
  assert.equal(specOf(maxRunning, { job_id: 'two' }).bind(scope, paramsOf).ok, false)
  assert.equal(specOf(maxRunning, { job_id: 'gone' }).bind(scope, paramsOf).ok, false)
})

test('KCOND6: the count of a limit', () => {
  assert.equal(bound(maxRunning, { count: '{{ b | int + 1 }}' }).spec['count'], 3)
  assert.equal(specOf(maxRunning, { count: '{{ a }}x' }).bind(scope, paramsOf).ok, false)
  for (const count of [-1, 1.5, 'x', '']) {
    assert.deepEqual(faultsOf(maxRunning, { count }), [`count: count must be a whole number, 0 or more, not ${count}`])
  }
})

test('KCOND7: duplicates are skipped', () => {
  assert.deepEqual(ask(skipDuplicate, {}, NOTHING), { type: 'ready' })
  assert.deepEqual(
    ask(skipDuplicate, {}, { unfinished: [{ id: 'r1', state: 'scheduled' }], finished: { success: 'r2' } }),
    { type: 'ready' },
  )
  assert.deepEqual(ask(skipDuplicate, {}, { unfinished: [{ id: 'r12', state: 'running' }], finished: {} }), {
    type: 'goto',
    state: 'skipped',
    because: 'transitioning to skipped because r12 running',
  })
  assert.deepEqual(
    ask(
      skipDuplicate,
      { check_states: 'success', target_state: 'error' },
      { unfinished: [], finished: { success: 'r2' } },
    ),
    { type: 'goto', state: 'error', because: 'transitioning to error because r2 success' },
  )
  assert.deepEqual(skipDuplicate.revive(bound(skipDuplicate, {})).needs, [{ jobId: 'me', args: { a: '1', b: '2' } }])
})

test('KCOND8: targets of skip_duplicate', () => {
  const hint = ' (a run that has not run can become skipped or error)'
  assert.deepEqual(faultsOf(skipDuplicate, { target_state: 'success' }), [
    `target_state: invalid target state: success${hint}`,
  ])
  assert.deepEqual(faultsOf(skipDuplicate, { target_state: 'failure' }), [
    `target_state: invalid target state: failure${hint}`,
  ])
  assert.deepEqual(faultsOf(skipDuplicate, { target_state: 'running' }), [
    'target_state: invalid target state: running',
  ])
})

test('KCOND9: constants', () => {
  assert.deepEqual(ask(constant, { value: true }, NOTHING), { type: 'ready' })
  assert.equal(ask(constant, { value: false }, NOTHING).type, 'waiting')
  assert.deepEqual(faultsOf(constant, {}), [': missing key: value'])
})

test('KCOND10: enabled', () => {
  const on = (enabled: boolean | string): boolean =>
    expandedOf(specOf(constant, { value: true, enabled }).bind(scope, paramsOf)) !== null
  for (const enabled of [true, 'true', 'True', '0', 'no', 'FALSE', '{{ a == "1" }}'])
    assert.ok(on(enabled), String(enabled))
  for (const enabled of [false, 'false', 'False', '', '{{ a == "2" }}']) assert.ok(!on(enabled), String(enabled))
  assert.match(
    faultsOf(dependency, { job_id: 'x', enabled: { a: null } })[0] ?? '',
    /^enabled: enabled must be a bool or a quoted string/,
  )
  const samples: Readonly<Record<string, JsonObject>> = { dependency: { job_id: 'other' }, const: { value: true } }
  for (const kind of registry.conditions) {
    const value = { ...samples[kind.type], enabled: false }
    assert.equal(expandedOf(specOf(kind, value).bind(scope, paramsOf)), null)
  }
})

test('KCOND11: texts and bound JSON', () => {
  const text = (kind: Kind, value: JsonObject): [string, string] => [specOf(kind, value).str, bound(kind, value).str]
  assert.deepEqual(text(dependency, { job_id: 'two', args: { z: '3' }, states: ['success', 'failure'] }), [
    'dependency two(z=3) is success|failure',
    'dependency two(a=1 z=3) is success|failure',
  ])
  assert.equal(
    bound(dependency, { job_id: 'none', exist: 'success' }).str,
    'dependency none() is success, must exist as success',
  )
  assert.deepEqual(text(maxRunning, { count: 3 }), [
    'fewer than 3 runs running',
    'fewer than 3 runs of me(a=1 b=2) running',
  ])
  assert.deepEqual(text(skipDuplicate, {}), [
    'transition to skipped if another run is waiting|starting|running',
    'transition to skipped if another me(a=1 b=2) is waiting|starting|running',
  ])
  assert.deepEqual(bound(skipDuplicate, {}).spec, {
    check_states: ['waiting', 'starting', 'running'],
    target_state: 'skipped',
    instance: ['me', { a: '1', b: '2' }],
    run_id: 'r9',
  })
  assert.deepEqual(bound(maxRunning, { count: 3 }).spec, { count: 3, job_id: 'me', args: { a: '1', b: '2' } })
  assert.deepEqual(bound(dependency, { job_id: 'other', states: ['failure'] }).spec, {
    job_id: 'other',
    args: { a: '1' },
    states: ['failure'],
  })
})

test('KCOND12: why a run waits', () => {
  const because = (outcome: ConditionOutcome): string => (outcome.type === 'ready' ? '' : outcome.because)
  assert.equal(
    because(ask(dependency, { job_id: 'other' }, NOTHING)),
    'other(a=1) is not success: there is no such run yet',
  )
  assert.equal(
    because(
      ask(
        dependency,
        { job_id: 'other' },
        { unfinished: [{ id: 'r4', state: 'running' }], finished: { failure: 'r2' } },
      ),
    ),
    'other(a=1) is not success: r4 is running',
  )
  assert.equal(
    because(ask(maxRunning, {}, { unfinished: [{ id: 'r4', state: 'running' }], finished: {} })),
    '1 of at most 1 runs of me(a=1 b=2) running',
  )
})

test('KCOND13: damaged conditions', () => {
  for (const kind of registry.conditions) {
    assert.throws(
      () => kind.revive({ type: kind.type, spec: { job_id: 3, args: [], states: ['x'], value: 'y' }, str: '' }),
      TypeError,
    )
  }
})

test('KCOND14: the normal form is accepted back', () => {
  const samples: [Kind, JsonObject][] = [
    [dependency, { job_id: 'x', args: { a: 1 }, states: 'failure', exist: true, enabled: '{{ a }}' }],
    [dependency, { job_id: 'x' }],
    [maxRunning, {}],
    [maxRunning, { count: '{{ n }}', job_id: 'x', args: { b: true }, enabled: false }],
    [skipDuplicate, { check_states: ['running'], target_state: 'error' }],
    [constant, { value: false }],
  ]
  for (const [kind, value] of samples) {
    const { json } = specOf(kind, value)
    assert.deepEqual(specOf(kind, json).json, json)
  }
})

test('KCOND15: usual mistakes', () => {
  assert.deepEqual(faultsOf(dependency, { job_id: { x: null } }), [
    'job_id: job_id must be a string (a template needs quotes in YAML: "{{ ... }}")',
  ])
  assert.deepEqual(faultsOf(dependency, { job_id: 'x', states: ['sucess'] }), [
    "states.0: not a state: sucess (did you mean 'success'?)",
  ])
  assert.deepEqual(faultsOf(dependency, { job_id: 'x', arsg: {} }), [
    "arsg: unexpected key: arsg (did you mean 'args'?)",
  ])
})

test('KCOND16: what must hold as the run starts', () => {
  const atStart = registry.conditions.filter((kind) => kind.atStart).map(({ type }) => type)
  assert.deepEqual(atStart.sort(), ['max_running', 'skip_duplicate'])
})
