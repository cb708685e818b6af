import { z } from 'zod'

/** An output of a run. */
export interface OutputJson {
  readonly output_id: string
  /** Bytes. */
  readonly output_len: number
  readonly name: string
  readonly content_type: string
}

/** The name of an output, for people (spec/apsis.md 4.3). */
export function outputName(outputId: string): string {
  return outputId === 'output' ? 'combined stdout & stderr' : outputId
}

/** Outputs are bytes that a program wrote: nothing is known of what they mean. */
export const OUTPUT_CONTENT_TYPE = 'application/octet-stream'

/** An output of so many bytes. */
export function outputJson(outputId: string, length: number): OutputJson {
  return { output_id: outputId, output_len: length, name: outputName(outputId), content_type: OUTPUT_CONTENT_TYPE }
}

export const outputJsonSchema: z.ZodType<OutputJson> = z
  .object({ output_id: z.string(), output_len: z.int(), name: z.string(), content_type: z.string() })
  .meta({ title: 'Output' })
