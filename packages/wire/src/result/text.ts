import type { ProcResult } from './result.ts'

// In every engine since 2024 but not yet in the declarations of the language.
declare const JSON: {
  stringify(value: unknown, replacer: (key: string, value: unknown) => unknown): string
  rawJSON(text: string): unknown
}

/** Results by proc id, or one, as JSON text. 64-bit integers (`rsslim` is often 2^64 - 1), which plain `JSON.stringify` throws on, keep every digit. */
export function resultJson(result: ProcResult | Readonly<Record<string, ProcResult>>): string {
  return JSON.stringify(result, (_key, value) => (typeof value === 'bigint' ? JSON.rawJSON(String(value)) : value))
}
