import { decode, type DecodeLimits, type ValueMap } from '../msgpack/index.ts'
import { Check, type Checked, type Fields, isFields, isItems, type Path, top } from '../parse/index.ts'

/**
 * What is wrong with a frame.
 *
 * - `text`: a text frame; the protocol is binary.
 * - `malformed`: not one MessagePack value within the limits.
 * - `unknown-type`: a map that names a message which is not of this direction.
 * - `invalid`: a known message whose members are wrong.
 */
export type DecodeCode = 'text' | 'malformed' | 'unknown-type' | 'invalid'

export interface DecodeError {
  readonly code: DecodeCode
  /** Where, what was expected, what was there. Lines, at most 10. */
  readonly text: string
  /** As much of the message as names it: `type`, `proc_id`, and the keys of `specs`. For RequestError. */
  readonly echo: { readonly [key: string]: unknown }
}

/** A decoded message, or what is wrong with its frame. */
export type Decoded<M> =
  | { readonly ok: true; readonly message: M }
  | { readonly ok: false; readonly error: DecodeError }

/** Reads the members of one message; the path is that of the whole message. */
export type Reader<M> = (check: Check, fields: Fields, path: Path) => M

/** A reader for every `type` of a direction. */
export type Readers<M extends { readonly type: string }> = {
  readonly [T in M['type']]: Reader<Extract<M, { readonly type: T }>>
}

const EMPTY: ValueMap = {}

/** Decodes a frame with the readers of a direction. `positions` names the members of a message that came as an array, or is null where that is refused. */
export function decodeMessage<M extends { readonly type: string }>(
  frame: Uint8Array | string,
  readers: ReadonlyMap<string, Reader<M>>,
  positions: ((type: string) => readonly string[] | undefined) | null,
  limits: DecodeLimits,
): Decoded<M> {
  if (typeof frame === 'string') return refuse('text', 'a text frame; expected a binary one', EMPTY)
  const decoded = decode(frame, limits)
  if (!decoded.ok) return refuse('malformed', `malformed MessagePack: ${decoded.error}`, EMPTY)
  const fields = asFields(decoded.value, positions)
  if (!fields.ok) return refuse('invalid', fields.error, EMPTY)
  const type = fields.value['type']
  const reader = typeof type === 'string' ? readers.get(type) : undefined
  if (reader === undefined) {
    const text =
      typeof type === 'string'
        ? `unknown message type ${JSON.stringify(type.slice(0, 60))}`
        : 'expected a member "type" with the name of a message'
    return refuse('unknown-type', text, fields.value)
  }
  const check = new Check()
  const result = check.result(reader(check, fields.value, top('')))
  return result.ok ? { ok: true, message: result.value } : refuse('invalid', result.error, fields.value)
}

function asFields(
  value: unknown,
  positions: ((type: string) => readonly string[] | undefined) | null,
): Checked<Fields> {
  if (isFields(value)) return { ok: true, value }
  if (positions === null || !isItems(value)) return { ok: false, error: 'expected a map with a member "type"' }
  const [type, ...members] = value
  const names = typeof type === 'string' ? (positions(type) ?? []) : []
  if (members.length > names.length)
    return { ok: false, error: `expected at most ${names.length} members, got ${members.length}` }
  const fields: { [name: string]: unknown } = { type }
  for (const [index, name] of names.entries()) fields[name] = members[index]
  return { ok: true, value: fields }
}

function refuse(code: DecodeCode, text: string, fields: Fields): { readonly ok: false; readonly error: DecodeError } {
  return { ok: false, error: { code, text, echo: echo(fields) } }
}

// Bounded like any other text that goes back to a peer.
const MOST_IDS = 1024
const LONGEST_TEXT = 255

function echo(fields: Fields): { readonly [key: string]: unknown } {
  const { type, proc_id: procId, specs } = fields
  return {
    ...(typeof type === 'string' ? { type: type.slice(0, LONGEST_TEXT) } : {}),
    ...(typeof procId === 'string' ? { proc_id: procId.slice(0, LONGEST_TEXT) } : {}),
    ...(isFields(specs)
      ? {
          specs: Object.fromEntries(
            Object.keys(specs)
              .slice(0, MOST_IDS)
              .map((id) => [id.slice(0, LONGEST_TEXT), {}]),
          ),
        }
      : {}),
  }
}
