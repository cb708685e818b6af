import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jobOf, parse } from './sample.test.ts'

const PROGRAM = 'program: {type: no-op}\n'

const normal = (text: string, key: string): string => JSON.stringify(jobOf(PROGRAM + text).json[key])

// Forms that the pages about the existing system name, section 1 and 3 to 5, and what they come to.
test('KIND14: the forms of the existing system mean what they meant', () => {
  const forms: [text: string, key: string, json: string][] = [
    ['params: one', 'params', '["one"]'],
    ['params: {b: , a: text}', 'params', '["a","b"]'],
    ['schedule:', 'schedule', '[]'],
    ['schedule: []', 'schedule', '[]'],
    ['condition: []', 'condition', '[]'],
    ['successors: next', 'action', '[{"type":"schedule","job_id":"next","args":{},"if":{"states":["success"]}}]'],
    [
      'successors: {job_id: a, args: {x: 1}}',
      'action',
      '[{"type":"schedule","job_id":"a","args":{"x":"1"},"if":{"states":["success"]}}]',
    ],
    ['action: {type: schedule, job_id: a, if: {}}', 'action', '[{"type":"schedule","job_id":"a","args":{}}]'],
    [
      'action: {type: schedule, job_id: a, if: {states: failure}}',
      'action',
      '[{"type":"schedule","job_id":"a","args":{},"if":{"states":["failure"]}}]',
    ],
    ['condition: {type: dependency, job_id: a}', 'condition', '[{"type":"dependency","job_id":"a","args":{}}]'],
    [
      'condition: {type: dependency, job_id: a, states: [success, failure]}',
      'condition',
      '[{"type":"dependency","job_id":"a","args":{},"states":["success","failure"]}]',
    ],
    ['condition: {type: max_running}', 'condition', '[{"type":"max_running","count":"1"}]'],
    ['condition: {type: max_running, count: 3, args: }', 'condition', '[{"type":"max_running","count":"3"}]'],
    [
      'condition: {type: skip_duplicate}',
      'condition',
      '[{"type":"skip_duplicate","check_states":["waiting","starting","running"],"target_state":"skipped"}]',
    ],
    [
      'condition: {type: const, value: true, enabled: "{{ x }}"}',
      'condition',
      '[{"type":"const","value":true,"enabled":"{{ x }}"}]',
    ],
    ['metadata: {labels: one, n: 010}', 'metadata', '{"n":10,"labels":["one"]}'],
    [
      'metadata: {day: 2024-01-01, at: 2024-01-01T00:00:00Z, yes: on}',
      'metadata',
      '{"day":"2024-01-01","at":"2024-01-01T00:00:00Z","yes":"on","labels":[]}',
    ],
    [
      'metadata: {a: &x {b: 1}, c: {<<: *x, d: 2}, e: *x}',
      'metadata',
      '{"a":{"b":1},"c":{"b":1,"d":2},"e":{"b":1},"labels":[]}',
    ],
    ['ad_hoc: true', 'ad_hoc', 'true'],
  ]
  for (const [text, key, json] of forms) assert.equal(normal(text, key), json, text)
  const programs: [text: string, json: string][] = [
    ['{type: no-op, duration: 1 min, success: no}', '{"type":"no-op","duration":"1 min","success":true}'],
    ['{type: no-op, success: }', '{"type":"no-op","success":null}'],
    [
      '{type: procstar, argv: [echo, 1.0, true]}',
      '{"type":"procstar","argv":["echo","1.0","True"],"group_id":"default"}',
    ],
    [
      '{type: procstar-shell, command: x, stop: {signal: 9, grace_period: }}',
      '{"type":"procstar-shell","command":"x","group_id":"default","stop":{"signal":"9","grace_period":null}}',
    ],
    [
      '{type: procstar-shell, command: x, timeout: {duration: 90}, sudo_user: u}',
      '{"type":"procstar-shell","command":"x","group_id":"default","sudo_user":"u","timeout":{"duration":"90","signal":"SIGTERM"}}',
    ],
  ]
  for (const [text, json] of programs)
    assert.equal(JSON.stringify(jobOf(`program: ${text}`).json['program']), json, text)
})

test('KIND15: what the existing system refuses is refused, with what is wrong', () => {
  const refused: [text: string, message: RegExp][] = [
    ['', /missing key: program/],
    [`${PROGRAM}x: 1`, /unexpected key: x/],
    [`${PROGRAM}${PROGRAM}`, /is there twice/],
    ['program: {duration: 1}', /missing type/],
    ['program: {type: x}', /unknown program type: x/],
    ['program: {type: procstar-shell, command: {{ x }}}', /quotes|\{\{/],
    ['program: {type: no-op, duration: 3 weeks}', /can't parse as duration: 3 weeks: unknown unit weeks/],
    ['program: {type: procstar-shell, command: x, stop: {signal: SIGFOO}}', /not a signal: SIGFOO/],
    ['program: {type: procstar, argv: [x], resources: {mem_max_gb: 0}}', /mem_max_gb must be positive/],
    [`${PROGRAM}condition:`, /null/],
    [`${PROGRAM}condition: {type: dependency, job_id: 1}`, /job_id must be a string/],
    [`${PROGRAM}condition: {type: const, value: true, enabled: 1}`, /enabled must be a bool or a quoted string/],
    [`${PROGRAM}condition: {type: skip_duplicate, target_state: running}`, /invalid target state: running/],
    [`${PROGRAM}condition: {type: dependency, job_id: x, states: success, exist: failure}`, /exist must include/],
    [`${PROGRAM}job_id: other`, /JSON job_id mismatch other/],
    [`${PROGRAM}metadata: ${'['.repeat(150)}${']'.repeat(150)}`, /deep|depth|nest/],
  ]
  for (const [text, message] of refused) {
    const parsed = parse(text === '' ? 'params: [a]' : text)
    assert.equal(parsed.ok, false, text)
    const said = parsed.diagnostics.map((one) => `${one.message} ${one.hint ?? ''}`).join('; ')
    assert.match(said, message, text)
  }
})
