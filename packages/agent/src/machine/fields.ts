/** A map whose members are not checked yet. */
export interface Fields {
  readonly [key: string]: unknown
}

/** Whether a value is a map of members rather than an array or a scalar. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
