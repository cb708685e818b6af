import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { registry } from '../job/sample-kinds.test.ts'
import { formatAddress, parseAddress } from './address.ts'
import type { Config } from './config.ts'
import { type ConfigResult, defaultConfig, parseConfig } from './parse.ts'

function parse(text: string): ConfigResult {
  return parseConfig(text, 'apsis.yaml', registry)
}

function told(text: string): string[] {
  return parse(text).diagnostics.map(
    ({ code, severity, line, column, message, hint }) =>
      `${severity} ${code} ${line}:${column} ${message}${hint === null ? '' : ` (${hint})`}`,
  )
}

function configOf(text: string): Config {
  const parsed = parse(text)
  assert.ok(parsed.ok, JSON.stringify(parsed.diagnostics))
  return parsed.config
}

test('CFG1: defaults', () => {
  const defaults = defaultConfig()
  assert.deepEqual(configOf(''), defaults)
  assert.deepEqual(configOf('# nothing\nruns:\nprocstar:\n'), defaults)
  assert.equal(defaults.jobDir, 'jobs')
  assert.equal(defaults.schedule.horizon, 86_400_000)
  assert.deepEqual(defaults.bind, [])
  assert.equal(defaults.timeout, null)
  assert.deepEqual(defaults.agents.sudoArgv, ['/usr/bin/sudo', '--preserve-env', '--set-home'])
})

test('CFG2: every key', () => {
  const config = configOf(`
job_dir: my/jobs
calendar_dir: [cal, /etc/cal]
data: /var/lib/apsis
bind: 127.0.0.1:5000
runs: {lookback: 30 d}
schedule: {horizon: 2 h, since: "2026-01-01T00:00:00Z", max_age: 1.5 d, catchup: {policy: last, max_age: 1 h}}
log: {level: WARNING, format: json, file: logs/apsis.log, file_format: human}
reload: {watch: true}
waiting: {max_time: 1 d}
program: {timeout: {duration: 12 h, signal: KILL}}
procstar:
  agent:
    enable: true
    server:
      host: "*"
      port: 59789
      access_token: secret
      tls: {cert_path: a.cert, key_path: a.key}
    connection: {start_timeout: 5 min, reconnect_timeout: 1 h}
    run: {update_interval: 10, output_interval: 2.5}
    sudo: {argv: [/bin/sudo]}
    resource_defaults: {mem_max_gb: 4.0}
`)
  assert.deepEqual(config, {
    jobDir: 'my/jobs',
    calendarDirs: ['cal', '/etc/cal'],
    templateNames: {},
    data: '/var/lib/apsis',
    bind: [{ host: '127.0.0.1', port: 5000 }],
    runs: { lookback: 30 * 86_400_000 },
    schedule: {
      horizon: 7_200_000,
      since: Date.UTC(2026, 0, 1),
      maxAge: 129_600_000,
      catchup: { policy: 'last', maxAge: 3_600_000, maxCount: null, rate: null },
    },
    log: { level: 'warning', format: 'json', file: 'logs/apsis.log', fileFormat: 'human' },
    reload: { watch: true },
    retention: [],
    waiting: { maxTime: 86_400_000 },
    actions: [],
    timeout: { duration: 43_200_000, signal: 9 },
    agents: {
      enable: true,
      host: '*',
      port: 59789,
      accessToken: 'secret',
      tls: { certPath: 'a.cert', keyPath: 'a.key' },
      startTimeout: 300_000,
      reconnectTimeout: 3_600_000,
      updateInterval: 10_000,
      outputInterval: 2_500,
      sudoArgv: ['/bin/sudo'],
      memMaxGb: 4,
    },
  } satisfies Config)
  assert.equal(configOf('schedule: {since: now}').schedule.since, 'now')
  assert.equal(configOf('runs_lookback: 86400').runs.lookback, 86_400_000)
  assert.equal(configOf('schedule: {since: 2026-01-01T00:00:00Z}').schedule.since, Date.UTC(2026, 0, 1))
})

test('CFG3: keys that do not exist', () => {
  assert.deepEqual(told('job_dri: jobs'), [
    "error CONFIG_KEY_UNKNOWN 1:1 unexpected key: job_dri (did you mean 'job_dir'?)",
  ])
  assert.deepEqual(told('schedule:\n  horizn: 1 d\n'), [
    "error CONFIG_KEY_UNKNOWN 2:3 unexpected key: horizn (did you mean 'horizon'?)",
  ])
  assert.deepEqual(told('jobs: x\nport: 5000'), [
    "error CONFIG_KEY_UNKNOWN 1:1 unexpected key: jobs (did you mean 'job_dir'?)",
    "error CONFIG_KEY_UNKNOWN 2:1 unexpected key: port (did you mean 'bind'? It takes ADDR:PORT)",
  ])
  assert.deepEqual(told('procstar: {agent: {server: {reconnect_timeout: 1}}}'), [
    'error CONFIG_KEY_UNKNOWN 1:29 unexpected key: reconnect_timeout (it belongs under procstar.agent.connection)',
  ])
})

test('CFG4: keys without a meaning here', () => {
  const text =
    'database: {path: apsis.db, timeout: 10}\nsmtp: {host: x}\npython: {gc: {enabled: true}}\nhost_groups: {a: b}\n'
  assert.deepEqual(
    parse(text).diagnostics.map(({ severity, code, line, message }) => `${severity} ${code} ${line} ${message}`),
    [
      'notice CONFIG_KEY_UNUSED 1 database has no meaning here',
      'notice CONFIG_KEY_UNUSED 2 smtp has no meaning here',
      'notice CONFIG_KEY_UNUSED 3 python has no meaning here',
      'notice CONFIG_KEY_UNUSED 4 host_groups has no meaning here',
    ],
  )
  assert.ok(parse(text).ok)
})

test('CFG5: durations are above 0', () => {
  assert.deepEqual(told('waiting: {max_time: 0}'), ['error CONFIG_VALUE 1:21 waiting.max_time must be above 0'])
  for (const [horizon, message] of [
    ['0', 'schedule.horizon must be above 0'],
    ['10000000 d', 'schedule.horizon must be at most 366 d'],
    ['367 d', 'schedule.horizon must be at most 366 d'],
  ])
    assert.deepEqual(told(`schedule: {horizon: ${horizon}}`), [`error CONFIG_VALUE 1:21 ${message}`])
  assert.deepEqual(told('schedule: {horizon: 366 d}'), [])
  assert.deepEqual(told('waiting: {max_time: -5 s}'), [
    'error CONFIG_VALUE 1:21 waiting.max_time has negative duration: -5',
  ])
  assert.deepEqual(told('waiting: {max_time: 5 weeks}'), [
    `error CONFIG_VALUE 1:21 can't parse as duration: 5 weeks: unknown unit weeks (units are s, min, h and d: as "90 s", "1.5 h", "2 days")`,
  ])
})

test('CFG10: an empty access token', () => {
  assert.deepEqual(told("procstar: {agent: {server: {access_token: ''}}}"), [
    'error CONFIG_VALUE 1:43 an empty access token would admit every agent (leave it out, and one is made)',
  ])
  assert.equal(configOf('procstar: {agent: {server: {access_token: null}}}').agents.accessToken, null)
})

test('CFG6: addresses', () => {
  assert.deepEqual(configOf('bind: ["[::1]:80", "*:0", "localhost:65535"]').bind, [
    { host: '::1', port: 80 },
    { host: '*', port: 0 },
    { host: 'localhost', port: 65_535 },
  ])
  for (const text of ['', 'x', ':1', 'a:', 'a:65536', 'a:b', '::1:80', '[::1]', 'a b:1'])
    assert.equal(parseAddress(text), null, text)
  for (const text of ['[::1]:80', 'a.b:1'])
    assert.equal(formatAddress(parseAddress(text) ?? { host: '', port: 0 }), text)
  assert.deepEqual(told('bind: [5000]').length, 1)
  assert.deepEqual(told('bind: [localhost]'), [
    'error CONFIG_VALUE 1:8 not an address with a port: localhost (as 127.0.0.1:5000 or [::1]:5000)',
  ])
})

test('CFG7: global actions', () => {
  assert.deepEqual(
    configOf('action: {type: schedule, job_id: a}').actions.map((action) => action.json),
    [{ type: 'schedule', job_id: 'a', args: {} }],
  )
  assert.deepEqual(told('action: [{type: shcedule}]'), [
    "error CONFIG_VALUE 1:17 unknown action type: shcedule (did you mean 'schedule'? known here: schedule)",
  ])
})

test('CFG8: the start timeout is a minute', () => {
  assert.equal(defaultConfig().agents.startTimeout, 60_000)
})

test('CFG9: whatever the text, it is told', () => {
  assert.deepEqual(told('- a'), [
    'error CONFIG_NOT_A_MAPPING 1:1 expected a mapping, not a list (write `key: value` lines)',
  ])
  assert.equal(told('a: 1\na: 2')[0]?.slice(0, 29), 'error CONFIG_YAML_SYNTAX 2:1 ')
  assert.deepEqual(told('procstar: {agent: {enable: yes, server: {port: 99999, host: 3}}}'), [
    "error CONFIG_VALUE 1:28 expected true or false, not text 'yes'",
    'error CONFIG_VALUE 1:48 expected a port, 0 to 65535',
    'error CONFIG_VALUE 1:61 expected a text, not number 3',
  ])
  const key = fc.constantFrom(
    'job_dir',
    'bind',
    'runs',
    'schedule',
    'waiting',
    'action',
    'program',
    'procstar',
    'smtp',
    'x',
  )
  fc.assert(
    fc.property(fc.dictionary(key, fc.jsonValue({ maxDepth: 4 })), (document) => {
      const parsed = parse(JSON.stringify(document))
      assert.ok(parsed.ok || parsed.diagnostics.some(({ severity }) => severity === 'error'))
    }),
    { numRuns: 500 },
  )
})

test('CFG21: folders of calendars', () => {
  assert.deepEqual(configOf('').calendarDirs, [])
  assert.deepEqual(configOf('calendar_dir:').calendarDirs, [])
  assert.deepEqual(configOf('calendar_dir: here').calendarDirs, ['here'])
  assert.deepEqual(configOf('calendar_dir: [b, a]').calendarDirs, ['b', 'a'])
  const wrong = parseConfig('calendar_dir: {a: b}', 'c.yaml', registry)
  assert.deepEqual(
    wrong.diagnostics.map(({ code, message, line, column }) => [code, message, line, column]),
    [['CONFIG_VALUE', 'expected a path, or a list of paths', 1, 15]],
  )
})

test('CFG22: the job folder is watched where that is said', () => {
  assert.equal(configOf('reload: {watch: true}').reload.watch, true)
  for (const text of ['', 'reload:', 'reload: {}']) assert.equal(configOf(text).reload.watch, false)
  assert.equal(told('reload: {watch: often}').length, 1)
  assert.equal(told('reload: {wach: true}').length, 1)
})

test('CFG23: what is logged', () => {
  const nothing = { level: null, format: null, file: null, fileFormat: null }
  assert.deepEqual(configOf('').log, nothing)
  assert.deepEqual(configOf('log:').log, nothing)
  assert.deepEqual(configOf('log: {level: Critical, file: a}').log, { ...nothing, level: 'critical', file: 'a' })
  assert.deepEqual(told("log: {level: warnin, format: 3, file: ''}"), [
    "error CONFIG_VALUE 1:14 expected one of debug, info, warning, error, critical, not text 'warnin' (did you mean 'warning'?)",
    'error CONFIG_VALUE 1:30 expected one of human, json, not number 3',
    'error CONFIG_VALUE 1:39 expected the path of a file',
  ])
  assert.deepEqual(told('log: {fil: x}'), ["error CONFIG_KEY_UNKNOWN 1:7 unexpected key: fil (did you mean 'file'?)"])
})

test('CFG24: catch-up of schedules that say nothing of it', () => {
  assert.equal(configOf('').schedule.catchup, null)
  assert.deepEqual(configOf('schedule: {catchup: none}').schedule.catchup, {
    policy: 'none',
    maxAge: null,
    maxCount: null,
    rate: null,
  })
  assert.deepEqual(told('schedule: {catchup: {policy: some}}'), [
    "error CONFIG_VALUE 1:30 expected one of all, last, none, not text 'some'",
  ])
})
