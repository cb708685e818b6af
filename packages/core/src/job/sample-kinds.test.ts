import { createHash } from 'node:crypto'
import { z } from 'zod'
import type {
  ActionSpec,
  ConditionKind,
  ConditionSpec,
  KindRegistry,
  KindSyntax,
  ProgramSpec,
  ScheduleSpec,
} from '../kind/index.ts'
import { PLAIN_ENVIRONMENT } from '../template/index.ts'
import { intervalOccurrences } from '../schedule/index.ts'
import type { Job } from './job.ts'
import { type JobResult, parseJob } from './parse.ts'

// Small kinds for the tests of the parser: what they do is simple, and the real ones are tested where they are.

/** SHA-256 in hex. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

const echo: KindSyntax<ProgramSpec> = {
  type: 'echo',
  aliases: ['sample.program.Echo'],
  schema: z
    .strictObject({ type: z.literal('echo'), text: z.string(), process: z.boolean().default(false) })
    .transform(({ text, process }) => ({
      type: 'echo',
      json: { type: 'echo', text },
      str: `echo ${text}`,
      takesEnv: process,
      bind: ({ args }) =>
        text === '{{ bad }}'
          ? { ok: false, message: `name 'bad' is not defined` }
          : {
              ok: true,
              value: {
                type: 'echo',
                spec: { text, args },
                str: text,
                stop: { signal: 15, grace: null },
                timeout: null,
              },
            },
    })),
}

const every: KindSyntax<ScheduleSpec> = {
  type: 'every',
  aliases: [],
  schema: z
    .strictObject({ type: z.literal('every'), seconds: z.number().positive(), until: z.number().default(0) })
    .transform(({ seconds, until }) => ({
      type: 'every',
      json: { type: 'every', seconds, until },
      str: `every ${seconds} s`,
      occurrences: (from, to) =>
        intervalOccurrences(
          { interval: seconds * 1000, phase: 0, epoch: 0 },
          from,
          until === 0 ? to : Math.min(to, until),
        ),
      remarks: () => (seconds === 7 ? ['seven is odd'] : []),
    })),
}

const needs: KindSyntax<ConditionSpec> & ConditionKind = {
  type: 'needs',
  aliases: [],
  atStart: false,
  schema: z
    .strictObject({
      type: z.literal('needs'),
      job_id: z.string(),
      args: z.record(z.string(), z.string()).default({}),
      on: z.boolean().default(true),
    })
    .transform(({ job_id, args, on }) => ({
      type: 'needs',
      json: { type: 'needs', job_id, args, on },
      str: `needs ${job_id}`,
      bind(_, paramsOf) {
        if (!on) return { ok: true, value: null }
        if (paramsOf(job_id) === null) return { ok: false, message: `unknown job ID: ${job_id}` }
        return { ok: true, value: { type: 'needs', spec: { job_id, args }, str: `needs ${job_id}` } }
      },
    })),
  revive({ spec: { job_id, args } }) {
    const needs = [
      {
        jobId: typeof job_id === 'string' ? job_id : '',
        args: Object.fromEntries(Object.entries(args ?? {}).map(([name, arg]) => [name, String(arg)])),
      },
    ]
    return {
      needs,
      evaluate: ([fact]) =>
        fact?.count('success') === 1 ? { type: 'ready' } : { type: 'waiting', index: 0, because: 'not yet' },
    }
  },
}

const never: KindSyntax<ConditionSpec> & ConditionKind = {
  type: 'never',
  aliases: [],
  atStart: false,
  schema: z.strictObject({ type: z.literal('never'), on: z.string().default('') }).transform(({ on }) => ({
    type: 'never',
    json: { type: 'never', on },
    str: 'never',
    bind: () => ({ ok: true, value: { type: 'never', spec: {}, str: 'never' } }),
  })),
  revive: () => ({ needs: [], evaluate: () => ({ type: 'waiting', index: 0, because: 'never' }) }),
}

const schedule: KindSyntax<ActionSpec> = {
  type: 'schedule',
  aliases: [],
  schema: z
    .strictObject({
      type: z.literal('schedule'),
      job_id: z.string(),
      args: z.record(z.string(), z.string()).default({}),
      if: z.strictObject({ states: z.array(z.string()) }).nullish(),
    })
    .transform(({ job_id, args, if: when }) => ({
      type: 'schedule',
      json: { type: 'schedule', job_id, args, ...(when ? { if: when } : {}) },
      str: `schedule ${job_id}`,
      applies: ({ state }) => when?.states.includes(state) ?? true,
      plan: () => ({ ok: true, value: [{ type: 'schedule', jobId: job_id, args }] }),
    })),
}

export const registry: KindRegistry = {
  environment: PLAIN_ENVIRONMENT,
  schedules: [every],
  stops: [
    {
      type: 'after',
      aliases: [],
      schema: z.strictObject({ type: z.literal('after'), seconds: z.number() }).transform(({ seconds }) => ({
        type: 'after',
        json: { type: 'after', seconds },
        str: `after ${seconds} s`,
        stopTime: (due) => due + seconds * 1000,
      })),
    },
  ],
  programs: [echo],
  conditions: [needs, never],
  actions: [schedule],
}

/** Parses a job file with the sample kinds. */
export function parse(text: string, jobId = 'j'): JobResult {
  return parseJob(text, { jobId, path: `${jobId}.yaml`, registry, digest })
}

/** The job of a file that has to be one. */
export function jobOf(text: string, jobId = 'j'): Job {
  const parsed = parse(text, jobId)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics))
  return parsed.job
}

/** Diagnostics in short: `CODE line:column message (hint)`. */
export function told(result: JobResult): string[] {
  return result.diagnostics.map(
    ({ code, line, column, message, hint }) =>
      `${code} ${line}:${column} ${message}${hint === null ? '' : ` (${hint})`}`,
  )
}
