import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { droppedMark, existingResult, parseProcResult, resultJson } from './index.ts'

const times = {
  start: '2025-01-01T00:00:00.123456789+00:00',
  now: '2025-01-01T00:00:01+00:00',
  stop: null,
  elapsed: 0.876543211,
}
const minimal = { state: 'running', times }
const full = {
  state: 'terminated',
  errors: [],
  pid: 123,
  proc_stat: {
    pid: 123,
    comm: 'x) y',
    state: 'Z',
    tty_nr: [0, 0],
    tpgid: null,
    utime: 0.01,
    rsslim: 2n ** 64n - 1n,
    signal: [],
  },
  proc_statm: null,
  cgroup_accounting: null,
  times: { ...times, stop: '2025-01-01T00:00:01.000001+00:00' },
  status: { status: 10752, exit_code: 42, signum: null, signal: null, core_dump: false },
  rusage: {
    utime: 0.001,
    stime: 0,
    maxrss: 1048576,
    minflt: 1,
    majflt: 0,
    nswap: 0,
    inblock: 0,
    oublock: 0,
    nvcsw: 1,
    nivcsw: 0,
  },
  fds: {
    stderr: null,
    stdin: { type: 'error' },
    stdout: { type: 'detached', length: 5, encoding: 'base64' },
    '3': { type: 'text', text: 'a', encoding: 'utf-8' },
    '4': { type: 'data', data: 'YQ==', encoding: 'base64' },
  },
}

function error(value: unknown): string {
  const result = parseProcResult(value)
  return result.ok ? '' : result.error
}

test('RES1: as existing agents send it', () => {
  assert.deepStrictEqual(parseProcResult(full), { ok: true, value: full })
})

test('RES2: what is not known is kept', () => {
  const more = {
    ...full,
    cwd: '/',
    times: { ...full.times, queued: 1 },
    status: { ...full.status, x: 1 },
    fds: { stdout: { ...full.fds.stdout, index: 2 } },
  }
  assert.deepStrictEqual(parseProcResult(more), { ok: true, value: more })
})

test('RES3: missing parts', () => {
  assert.deepStrictEqual(parseProcResult(minimal), {
    ok: true,
    value: {
      ...minimal,
      errors: [],
      pid: null,
      proc_stat: null,
      proc_statm: null,
      cgroup_accounting: null,
      status: null,
      rusage: null,
      fds: {},
    },
  })
})

test('RES4: types', () => {
  assert.equal(
    error({ ...minimal, state: 'gone' }),
    'res.state: expected "running", "terminated" or "error", got "gone"',
  )
  assert.equal(
    error({ state: 'running' }),
    'res.times: missing; expected a map\nres.times.start: missing; expected a time in the form of RFC 3339\nres.times.now: missing; expected a time in the form of RFC 3339\nres.times.elapsed: missing; expected a number',
  )
  assert.equal(
    error({ ...minimal, times: { ...times, start: 'yesterday' } }),
    'res.times.start: expected a time in the form of RFC 3339, got "yesterday"',
  )
  assert.equal(error({ ...minimal, rusage: { utime: 'x' } }), 'res.rusage.utime: expected a number, got "x"')
  assert.equal(
    error({ ...minimal, status: { status: 1.5 } }),
    'res.status.status: expected a whole number from -2147483648 to 4294967295, got 1.5',
  )
  assert.equal(error({ ...minimal, fds: { stdout: 5 } }), 'res.fds.stdout: expected a map or null, got 5')
  assert.equal(
    error({ ...minimal, fds: { stdout: { type: 'detached', length: -1, encoding: 'utf-8' } } }),
    'res.fds.stdout.length: expected a whole number from 0, got -1',
  )
  assert.equal(error({ ...minimal, errors: [1] }), 'res.errors[0]: expected a string, got 1')
})

test('RES5: other descriptors', () => {
  const result = parseProcResult({ ...minimal, fds: { stdout: { type: 'file', path: '/x' } } })
  assert.deepStrictEqual(result.ok && result.value.fds, { stdout: null })
})

test('RES6: no input makes it throw', () => {
  const keys = fc.constantFrom('state', 'times', 'fds', 'status', 'rusage', 'errors', 'stdout', 'type', 'length')
  fc.assert(
    fc.property(fc.anything({ key: keys, withBigInt: true, maxDepth: 4 }), (value) => {
      assert.equal(typeof parseProcResult(value).ok, 'boolean')
    }),
    { numRuns: 500 },
  )
})

test('RES7: JSON keeps every digit', () => {
  const result = parseProcResult(full)
  assert.ok(result.ok)
  assert.match(resultJson(result.value), /"rsslim":18446744073709551615,/)
  assert.match(resultJson({ p: result.value }), /^\{"p":\{"state":"terminated",/)
})

const ours = {
  ...full,
  tree: { left: 1, killed: 2, empty: true, proof: 'cgroup' },
  ended_by: 'timeout',
  cgroup: { kind: 'v2', path: '/x', memory_peak: 5, pressure: { cpu: 1 } },
  perf: { 'task-clock': 12 },
  cwd: '/',
  env: { A: 'b' },
  limits: { nofile: [1, 'unlimited'] },
  masked: { stdout: 2 },
  errors_detail: [{ stage: 'fd', errno: 2, text: 'No such file', fd: 7 }],
  fds: {
    stdin: null,
    stdout: { type: 'detached', length: 50, encoding: 'base64', dropped: [3, 40] },
    stderr: { type: 'text', text: 'a', encoding: 'utf-8', length: 9, dropped: [1, 9] },
    '3': { type: 'data', data: 'YQ==', encoding: 'base64', length: 9, dropped: [1, 9] },
  },
}

test('RES8: ours', () => {
  assert.deepStrictEqual(parseProcResult(ours), { ok: true, value: ours })
  const nulls = { tree: null, ended_by: null, cgroup: null, perf: null, cwd: null, env: null, limits: null }
  const unknown = { ...full, ...nulls, masked: null, errors_detail: null }
  assert.deepStrictEqual(parseProcResult(unknown), { ok: true, value: unknown })
  const more = { ...full, tree: { ...ours.tree, found: 'x' } }
  assert.deepStrictEqual(parseProcResult(more), { ok: true, value: more })
  const table: readonly (readonly [object, string])[] = [
    [{ tree: { left: 1, killed: 1 } }, 'res.tree.empty: missing; expected true or false'],
    [{ perf: { a: 'x' } }, 'res.perf.a: expected a number, got "x"'],
    [{ env: { A: 1 } }, 'res.env.A: expected a string, got 1'],
    [{ cgroup: { pressure: { io: 'x' } } }, 'res.cgroup.pressure.io: expected a number, got "x"'],
    [{ cgroup: { memory_peak: 'x' } }, 'res.cgroup.memory_peak: expected a number, got "x"'],
    [{ masked: { stdout: -1 } }, 'res.masked.stdout: expected a whole number from 0, got -1'],
    [{ errors_detail: [{ stage: 'fd', errno: 1, text: 2 }] }, 'res.errors_detail[0].text: expected a string, got 2'],
  ]
  for (const [members, expected] of table) assert.equal(error({ ...minimal, ...members }), expected)
  const reversed = { stdout: { ...ours.fds.stdout, dropped: [3, 2] } }
  assert.equal(error({ ...minimal, fds: reversed }), 'res.fds.stdout.dropped[1]: expected a whole number from 3, got 2')
})

test('RES9: for an existing peer', () => {
  const read = parseProcResult(ours)
  assert.ok(read.ok)
  const existing = existingResult(read.value)
  assert.deepStrictEqual(Object.keys(existing), Object.keys(full))
  assert.deepStrictEqual(existing.fds, {
    stdin: null,
    stdout: { type: 'detached', length: 50, encoding: 'base64' },
    stderr: { type: 'text', text: 'a', encoding: 'utf-8' },
    '3': { type: 'data', data: 'YQ==', encoding: 'base64' },
  })
  const plain = parseProcResult(full)
  assert.ok(plain.ok)
  assert.deepStrictEqual(existingResult(plain.value), plain.value)
})

test('RES10: the mark', () => {
  assert.equal(droppedMark(1234), '\n... 1234 bytes dropped ...\n')
})
