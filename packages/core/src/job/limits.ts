import { z } from 'zod'
import { durationField, integerField, refuse } from '../field/index.ts'

/** What a process may use at most, by name. Sizes in bytes, times in seconds. */
export type Limits = { readonly [Name in LimitName]?: number | undefined }

export type LimitName = 'cpu_time' | 'memory' | 'file_size' | 'core_size' | 'stack' | 'open_files' | 'processes'

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}
const SIZE = /^\s*(\d+(?:\.\d*)?)\s*([A-Za-z]*)\s*$/

const sizeField: z.ZodType<number, unknown> = z
  .unknown()
  .transform((value, ctx) => {
    const [, number, unit] =
      SIZE.exec(typeof value === 'number' || typeof value === 'string' ? String(value) : '') ?? []
    const factor = unit === undefined ? undefined : UNITS[unit]
    const bytes = number === undefined || factor === undefined ? null : Math.round(Number(number) * factor)
    return bytes !== null && Number.isSafeInteger(bytes)
      ? bytes
      : refuse(ctx, 'expected a size: a number of bytes, or a text with its unit', 'as 1048576, "512 MB", "2 GiB"')
  })
  .meta({
    jsonSchema: {
      anyOf: [
        { type: 'number', minimum: 0 },
        { type: 'string', pattern: SIZE.source },
      ],
      examples: [1_048_576, '512 MB', '2 GiB'],
    },
    written: 'size',
  })

const countField: z.ZodType<number, unknown> = integerField.refine((count) => count >= 1, 'expected 1 or more')

/** `limits`: what each process of a job may use at most. */
export const limitsField: z.ZodType<Limits, unknown> = z
  .strictObject({
    cpu_time: durationField
      .refine((time) => time > 0, 'cpu_time must be longer than nothing')
      .transform((time) => time / 1000)
      .optional()
      .describe('Processor time of the process; beyond it, it gets SIGXCPU.'),
    memory: sizeField.optional().describe('Address space of the process.'),
    file_size: sizeField.optional().describe('Size of a file that it writes.'),
    core_size: sizeField.optional().describe('Size of the core file that it leaves; 0 for none.'),
    stack: sizeField.optional().describe('Size of its stack.'),
    open_files: countField.optional().describe('How many files it may have open at a time.'),
    processes: countField.optional().describe('How many processes its user may have at a time.'),
  })
  .nullable()
  .default(null)
  .transform((limits) => limits ?? {})
