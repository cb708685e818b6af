import { z } from 'zod'
import { type OutputJson, outputJsonSchema } from '../json/index.ts'
import { type Nothing, nothing, type Route } from './route.ts'
import { type RunParams, runParams } from './runs.ts'
import { runIdParam } from './values.ts'

/** The outputs of a run. */
export const listOutputs: Route<RunParams, Nothing, never, readonly OutputJson[]> = {
  name: 'listOutputs',
  methods: ['GET'],
  path: '/api/v1/runs/:run_id/outputs',
  tag: 'outputs',
  summary: 'The outputs of a run and their lengths in bytes; none of a run that is not known.',
  params: runParams,
  query: nothing,
  body: null,
  reply: z.array(outputJsonSchema),
  errors: [],
}

export interface OutputParams extends RunParams {
  readonly output_id: string
}

/** The bytes of an output; `Range: bytes=A-B` gives a part. */
export const getOutput: Route<OutputParams, Nothing, never, never> = {
  name: 'getOutput',
  methods: ['GET'],
  path: '/api/v1/runs/:run_id/output/:output_id',
  tag: 'outputs',
  summary:
    'The bytes of an output as far as they are known; a Range header (bytes=A-B, bytes=A- or bytes=-N) asks for a part.',
  params: z.object({ run_id: runIdParam, output_id: z.string().min(1) }),
  query: nothing,
  body: null,
  reply: null,
  errors: ['RUN_UNKNOWN', 'OUTPUT_UNKNOWN', 'RANGE'],
}
