/** Any value that JSON can carry. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject
/** A JSON object. `undefined` members are never present. */
export interface JsonObject {
  readonly [key: string]: Json
}
export { canonicalJson } from './canonical.ts'
