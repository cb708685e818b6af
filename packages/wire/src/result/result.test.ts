import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseProcResult, resultJson } from './index.ts'

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
