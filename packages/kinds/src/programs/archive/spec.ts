import { integerField, numberField } from '@apsis/core/field'
import type { KindSyntax, ProgramSpec } from '@apsis/core/kind'
import type { BoundProgram } from '@apsis/core/run'
import { type BindScope, type Expanded, failureIn } from '@apsis/core/template'
import { z } from 'zod'
import { durationTemplate, expandField, parseDurationText, templateField } from '../../template/index.ts'

const SIGTERM = 15

interface Fields {
  readonly age: string
  readonly path: string
  readonly count: number
  readonly chunkSize: number | null
  readonly chunkSleep: number | null
}

const schema = z
  .strictObject({
    type: z.literal('archive'),
    age: durationTemplate.describe('Runs that ended longer ago than this are archived.'),
    path: templateField.describe('The archive: a file, made where there is none; relative to the data folder.'),
    count: integerField
      .refine((count) => count > 0, 'count must be positive')
      .describe('At most so many runs; the program fails where more are old enough.'),
    chunk_size: integerField
      .refine((size) => size > 0, 'chunk size must be positive')
      .nullable()
      .default(null)
      .describe('Runs between two pauses; all where it is not said.'),
    chunk_sleep: numberField
      .refine((seconds) => seconds >= 0, 'chunk sleep must not be negative')
      .nullable()
      .default(null)
      .describe('Seconds of a pause; none where it is not said.'),
  })
  .transform(({ age, path, count, chunk_size, chunk_sleep }): ProgramSpec => {
    const fields: Fields = { age, path, count, chunkSize: chunk_size, chunkSleep: chunk_sleep }
    return {
      type: 'archive',
      json: {
        type: 'archive',
        age,
        path,
        count,
        ...(chunk_size === null ? {} : { chunk_size }),
        ...(chunk_sleep === null ? {} : { chunk_sleep }),
      },
      str: `archive age > ${age} → ${path}`,
      bind: (scope) => bind(fields, scope),
    }
  })

/** `archive`: moves runs that ended long ago into an archive. */
export const archive: KindSyntax<ProgramSpec> = {
  type: 'archive',
  aliases: ['apsis.program.internal.archive.ArchiveProgram', 'apsis.program.internal.archive.BoundArchiveProgram'],
  schema,
}

function bind(fields: Fields, scope: BindScope): Expanded<BoundProgram> {
  const age = expandField(fields.age, scope, 'age')
  if (!age.ok) return age
  const length = parseDurationText(age.value)
  if (!length.ok) return failureIn(length, 'age')
  const path = expandField(fields.path, scope, 'path')
  if (!path.ok) return path
  const spec = {
    age: length.value / 1000,
    path: path.value,
    count: fields.count,
    chunk_size: fields.chunkSize,
    chunk_sleep: fields.chunkSleep,
  }
  const str = `archive age > ${spec.age} s → ${spec.path}`
  return { ok: true, value: { type: 'archive', spec, str, stop: { signal: SIGTERM, grace: null }, timeout: null } }
}
