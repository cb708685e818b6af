import { z } from 'zod'
import {
  catchupField,
  durationField,
  integerField,
  numberField,
  parseSignal,
  refuse,
  scalarTextField,
  timeField,
} from '../field/index.ts'
import type { Duration } from '../time/index.ts'
import { type Address, parseAddress } from './address.ts'
import { logField } from './log.ts'
import { retentionField } from './retention.ts'
import { templateNames } from './template-names.ts'
import type { AgentsConfig, Config } from './config.ts'

const DAY = 86_400_000
const MAX_HORIZON = 366 * DAY
// The existing default, 0, makes an error of every run that becomes due while an agent reconnects.
const START_TIMEOUT = 60_000
const SUDO_ARGV = ['/usr/bin/sudo', '--preserve-env', '--set-home']

/** A duration longer than nothing. `key` as the existing messages name it. */
function required(key: string): z.ZodType<Duration, unknown> {
  return durationField.transform((value, ctx) => {
    if (value > 0) return value
    return refuse(ctx, value === 0 ? `${key} must be above 0` : `${key} has negative duration: ${value / 1000}`)
  })
}

/** How far ahead runs are made: each instant has its row and its run from then on. */
const horizonField = required('schedule.horizon')
  .refine((value) => value <= MAX_HORIZON, `schedule.horizon must be at most ${MAX_HORIZON / DAY} d`)
  .nullable()
  .default(null)

function positive(key: string): z.ZodType<Duration | null, unknown> {
  return required(key).nullable().default(null)
}

const text = z.string().nullable().default(null)
const secret = z
  .string()
  .transform((value, ctx) =>
    value === ''
      ? refuse(ctx, 'an empty access token would admit every agent', 'leave it out, and one is made')
      : value,
  )
  .nullable()
  .default(null)
const unused = z.unknown().optional()

const addressField = z.string().transform((value, ctx): Address => {
  const address = parseAddress(value)
  return address ?? refuse(ctx, `not an address with a port: ${value}`, 'as 127.0.0.1:5000 or [::1]:5000')
})

const bindField = z
  .union([z.string(), z.array(z.string())], { error: 'expected ADDR:PORT, or a list of them' })
  .default([])
  .transform((value) => (typeof value === 'string' ? [value] : value))
  .pipe(z.array(addressField))

// One path, or a list of them.
const pathsField = z
  .union([z.string(), z.array(z.string()), z.null()], { error: 'expected a path, or a list of paths' })
  .default(null)
  .transform((value) => (value === null ? [] : typeof value === 'string' ? [value] : value))

const signalField = scalarTextField.transform((value, ctx) => {
  const signal = parseSignal(value)
  return signal ?? refuse(ctx, `not a signal: ${value}`)
})

const portField = integerField
  .refine((port) => port >= 0 && port <= 65_535, 'expected a port, 0 to 65535')
  .nullable()
  .default(null)

const sinceField = z
  .unknown()
  .optional()
  .transform((value, ctx) => {
    if (value === undefined || value === null) return null
    if (value === 'now') return 'now'
    const parsed = timeField.safeParse(value)
    if (parsed.success) return parsed.data
    return refuse(
      ctx,
      parsed.error.issues[0]?.message ?? 'not a time',
      "write 'now', or a time as 2026-01-31T09:00:00Z",
    )
  })

const runs = z.strictObject({ lookback: positive('runs.lookback') })

const schedule = z.strictObject({
  horizon: horizonField,
  since: sinceField,
  max_age: positive('schedule.max_age'),
  catchup: catchupField.nullish(),
})

const reload = z.strictObject({ watch: z.boolean().default(false) })

const waiting = z.strictObject({ max_time: positive('waiting.max_time') })

const program = z.strictObject({
  timeout: z
    .strictObject({ duration: required('program.timeout.duration'), signal: signalField.default(15) })
    .nullable()
    .default(null),
})

const agent = z.strictObject({
  enable: z.boolean().nullable().default(null),
  server: z
    .strictObject({
      host: text,
      port: portField,
      access_token: secret,
      tls: z.strictObject({ cert_path: text, key_path: text }).nullish(),
    })
    .nullish(),
  connection: z
    .strictObject({
      start_timeout: positive('procstar.agent.connection.start_timeout'),
      reconnect_timeout: positive('procstar.agent.connection.reconnect_timeout'),
    })
    .nullish(),
  run: z
    .strictObject({
      update_interval: positive('procstar.agent.run.update_interval'),
      output_interval: positive('procstar.agent.run.output_interval'),
    })
    .nullish(),
  sudo: z.strictObject({ argv: z.array(z.string()).min(1).nullish() }).nullish(),
  resource_defaults: z
    .strictObject({
      mem_max_gb: numberField
        .refine((gb) => gb > 0, 'mem_max_gb must be positive')
        .nullable()
        .default(null),
    })
    .nullish(),
  ecs: unused,
})

// The keys of a config file (spec/apsis.md 10.1), and ours: `bind`, `data`, `calendar_dir`, `template`, `log`, `reload`, `schedule.catchup`. `action` is read apart, with the kinds.
const document = z.strictObject({
  job_dir: z.string().nullable().default(null),
  calendar_dir: pathsField,
  data: text,
  bind: bindField,
  database: unused,
  runs: runs.nullish(),
  runs_lookback: positive('runs_lookback'),
  schedule: schedule.nullish(),
  reload: reload.nullish(),
  retention: retentionField,
  waiting: waiting.nullish(),
  log: logField,
  action: unused,
  program: program.nullish(),
  procstar: z.strictObject({ agent: agent.nullish() }).nullish(),
  host_groups: unused,
  smtp: unused,
  template: templateNames,
  python: unused,
})

/** A config document, defaults filled in; all but its actions. */
export const configSchema: z.ZodType<Omit<Config, 'actions'>, unknown> = document.transform((given) => {
  const timeout = given.program?.timeout ?? null
  return {
    jobDir: given.job_dir ?? 'jobs',
    calendarDirs: given.calendar_dir,
    templateNames: given.template,
    data: given.data,
    bind: given.bind,
    runs: { lookback: given.runs?.lookback ?? given.runs_lookback },
    schedule: {
      horizon: given.schedule?.horizon ?? DAY,
      since: given.schedule?.since ?? null,
      maxAge: given.schedule?.max_age ?? null,
      catchup: given.schedule?.catchup ?? null,
    },
    log: given.log,
    reload: { watch: given.reload?.watch ?? false },
    retention: given.retention,
    waiting: { maxTime: given.waiting?.max_time ?? null },
    timeout: timeout === null ? null : { duration: timeout.duration, signal: timeout.signal },
    agents: agentsOf(given.procstar?.agent),
  }
})

function agentsOf(given: z.output<typeof agent> | null | undefined): AgentsConfig {
  const { server, connection, run, sudo, resource_defaults: resources } = given ?? {}
  return {
    enable: given?.enable ?? null,
    host: server?.host ?? null,
    port: server?.port ?? null,
    accessToken: server?.access_token ?? null,
    tls: { certPath: server?.tls?.cert_path ?? null, keyPath: server?.tls?.key_path ?? null },
    startTimeout: connection?.start_timeout ?? START_TIMEOUT,
    reconnectTimeout: connection?.reconnect_timeout ?? null,
    updateInterval: run?.update_interval ?? null,
    outputInterval: run?.output_interval ?? null,
    sudoArgv: sudo?.argv ?? SUDO_ARGV,
    memMaxGb: resources?.mem_max_gb ?? null,
  }
}
