import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseProcSpec } from './index.ts'

function error(members: { readonly [key: string]: unknown }): string | null {
  const result = parseProcSpec({ argv: ['a'], ...members })
  return result.ok ? null : result.error
}

function passes(members: { readonly [key: string]: unknown }): void {
  assert.deepStrictEqual(parseProcSpec({ argv: ['a'], ...members }), { ok: true, value: { argv: ['a'], ...members } })
}

const EVERY = {
  cwd: '/',
  umask: 0,
  orphans: 'wait',
  user: 'ann',
  group: 100,
  groups: ['audio', 27],
  limits: { nofile: 10, core: 'unlimited', cpu: [1, 'unlimited'] },
  nice: -20,
  pdeath_signal: 'SIGTERM',
  signals: { ignore: ['PIPE'], block: [10] },
  search_path: true,
  close_fds: false,
  timeout: { duration: 5, signal: 'INT', grace: 0.5 },
  stop: { signal: 'HUP', grace: 0 },
  cgroup: { memory_max: 0, pids_max: 5, cpu_max: 1.5, cpu_weight: 1, io_weight: 10_000 },
  perf: true,
  mask: ['pass'],
  result_env: true,
  fd_names: 'number',
}

test('PSPEC19: every member of ours is read as it is', () => {
  passes(EVERY)
  passes({ timeout: 0.25 })
  passes({ pdeath_signal: 0 })
  passes({ limits: {}, signals: {}, stop: {}, cgroup: {}, groups: [], mask: [] })
})

test('PSPEC19: null is the same as absent, at every level', () => {
  const absent = Object.fromEntries(Object.keys(EVERY).map((key) => [key, null]))
  assert.deepStrictEqual(parseProcSpec({ argv: ['a'], ...absent }), { ok: true, value: { argv: ['a'] } })
  const inner = {
    limits: { cpu: null },
    stop: { signal: null, grace: null },
    cgroup: { cpu_max: null, io_weight: null },
  }
  const value = { argv: ['a'], limits: {}, stop: {}, cgroup: {} }
  assert.deepStrictEqual(parseProcSpec({ argv: ['a'], ...inner }), { ok: true, value })
})

test('PSPEC20: users and groups are names or numbers', () => {
  const what = 'a name or a number from 0 to 4294967294'
  assert.equal(error({ user: 4294967295 }), `spec.user: expected ${what}, got 4294967295`)
  assert.equal(error({ user: -1 }), `spec.user: expected ${what}, got -1`)
  assert.equal(error({ group: '' }), `spec.group: expected ${what}, got ""`)
  assert.equal(error({ groups: ['a:b'] }), `spec.groups[0]: expected ${what}, got "a:b"`)
  assert.equal(error({ groups: 'audio' }), 'spec.groups: expected an array of groups, got "audio"')
})

test('PSPEC21: limits', () => {
  const what = 'a whole number from 0 or "unlimited"'
  assert.match(error({ limits: { files: 1 } }) ?? '', /^spec\.limits\.files: unknown key; expected "cpu", /)
  assert.equal(
    error({ limits: { nofile: -1 } }),
    'spec.limits.nofile: expected a whole number from 0, "unlimited", or a pair of them, got -1',
  )
  assert.equal(error({ limits: { nofile: [1, 'x'] } }), `spec.limits.nofile[1]: expected ${what}, got "x"`)
  assert.match(error({ limits: { nofile: [1] } }) ?? '', /^spec\.limits\.nofile: expected a pair \[soft, hard\]/)
  assert.equal(
    error({ limits: { nofile: ['unlimited', 5] } }),
    'spec.limits.nofile: the soft limit unlimited is above the hard limit 5',
  )
})

test('PSPEC22: signals and times', () => {
  const signal = 'expected a signal, such as "SIGTERM", "TERM" or a number from 1 to 64'
  assert.equal(error({ pdeath_signal: 'SIGNOPE' }), `spec.pdeath_signal: ${signal}, got "SIGNOPE"`)
  assert.equal(error({ stop: { signal: 0 } }), `spec.stop.signal: ${signal}, got 0`)
  assert.equal(error({ signals: { ignore: ['KILL'] } }), 'spec.signals.ignore[0]: SIGKILL cannot be ignored')
  assert.equal(error({ signals: { block: [19] } }), 'spec.signals.block[0]: SIGSTOP cannot be blocked')
  assert.equal(
    error({ stop: { grace: -1 } }),
    'spec.stop.grace: expected a number of seconds from 0 to 4000000, got -1',
  )
  const above = 'expected a number of seconds above 0, at most 4000000'
  assert.equal(error({ timeout: 0 }), `spec.timeout: ${above}, got 0`)
  assert.equal(error({ timeout: { duration: 4_000_001 } }), `spec.timeout.duration: ${above}, got 4000001`)
  assert.equal(error({ timeout: {} }), `spec.timeout.duration: missing; ${above}`)
  assert.equal(error({ timeout: '5' }), 'spec.timeout: expected a number of seconds, or a map, got "5"')
  assert.equal(error({ timeout: Number.NaN })?.startsWith('spec.timeout: '), true)
  assert.equal(error({ nice: 20 }), 'spec.nice: expected a whole number from -20 to 19, got 20')
})

test('PSPEC23: control groups', () => {
  assert.equal(error({ cgroup: { memory_max: -1 } }), 'spec.cgroup.memory_max: expected a whole number from 0, got -1')
  assert.equal(
    error({ cgroup: { cpu_max: 0 } }),
    'spec.cgroup.cpu_max: expected a number of cores from 0.01 to 10000, got 0',
  )
  assert.equal(
    error({ cgroup: { io_weight: 0 } }),
    'spec.cgroup.io_weight: expected a whole number from 1 to 10000, got 0',
  )
  assert.match(error({ cgroup: { memory: 1 } }) ?? '', /^spec\.cgroup\.memory: unknown key/)
})

test('PSPEC24: no message about a secret shows it', () => {
  assert.equal(error({ mask: ['abc', 'abcd'] }), 'spec.mask[0]: expected a secret of at least 4 bytes')
  assert.equal(error({ mask: [1234567] }), 'spec.mask[0]: expected a string')
  assert.equal(error({ mask: 'hunter22' }), 'spec.mask: expected an array of strings')
  passes({ mask: ['éé'] })
  const many = Array.from({ length: 257 }, (_, index) => `secret${index}`)
  assert.equal(error({ mask: many }), 'spec.mask: expected at most 256 secrets, got 257')
})

test('PSPEC25: captures and data', () => {
  const fds = (fd: unknown): string | null => error({ fds: [['1', fd]] })
  passes({ fds: [['1', { capture: { mode: 'file', path: 'f', limit: 1, keep: 'both', times: true } }]] })
  passes({ fds: [['0', { data: { text: '' } }]] })
  passes({ fds: [['0', { data: { base64: 'AP8=' } }]] })
  const at = 'spec.fds[0][1]'
  assert.equal(fds({ capture: { mode: 'file' } }), `${at}.capture.path: missing; mode "file" needs it`)
  assert.equal(
    fds({ capture: { path: '/f' } }),
    `${at}.capture.path: is only for mode "file"; the agent names other files itself`,
  )
  assert.equal(fds({ capture: { keep: 'end' } }), `${at}.capture.keep: needs "limit": without one everything is kept`)
  assert.equal(fds({ capture: { limit: 0 } }), `${at}.capture.limit: expected a whole number from 1, got 0`)
  const one = 'expected a map with one key of "text" or "base64"'
  assert.equal(fds({ data: {} }), `${at}.data: ${one}, got a map`)
  assert.equal(fds({ data: { text: 'a', base64: 'YQ==' } }), `${at}.data: ${one}, got a map`)
  assert.equal(fds({ data: 'x' }), `${at}.data: expected a map, got "x"`)
  assert.equal(fds({ data: { base64: 'YQ' } }), `${at}.data.base64: is not base64`)
  assert.equal(fds({ data: { text: 'x'.repeat(1048577) } }), `${at}.data.text: is 1048577 bytes, at most 1048576`)
  assert.equal(fds({ data: { base64: 'AAAA'.repeat(349526) } }), `${at}.data.base64: is 1048578 bytes, at most 1048576`)
})
