import { encodeServerMessage } from '../codec/index.ts'
import type { Extensions, ServerMessage } from '../message/index.ts'
import { essentialMembers, MOST_SPECS, type ProcSpecs, withoutExtended } from '../spec/index.ts'
import { has, missingExtension } from './negotiated.ts'

/** The largest frame that existing agents take, bytes (spec/procstar.md 4.1). */
export const LARGEST_REQUEST: number = 16 * 1024 * 1024

/**
 * A request as the peer may have it. Members of specs that it does not know are left out; `extendedMembers` says beforehand which.
 * Throws RangeError, as a bug of the caller, for what was not negotiated, for a spec that must not be sent without some of them and for what kills an existing agent (spec/procstar.md 4.8).
 */
export function encodeRequest(message: ServerMessage, negotiated: Extensions): Uint8Array {
  const missing = missingExtension(message.type, negotiated)
  if (missing !== null)
    throw new RangeError(`${message.type} needs the extension ${missing}, which the agent does not have`)
  const frame = encodeServerMessage(suited(message, negotiated))
  if (frame.length > LARGEST_REQUEST)
    throw new RangeError(`a ${message.type} of ${frame.length} bytes; the limit is ${LARGEST_REQUEST}`)
  return frame
}

function suited(message: ServerMessage, negotiated: Extensions): ServerMessage {
  switch (message.type) {
    case 'Registered':
      throw new RangeError('Registered is sent by the session alone')
    case 'ProcStartRequest':
      return { type: message.type, specs: suitedSpecs(message.specs, negotiated) }
    case 'ProcFdDataRequest': {
      const { start, stop } = message
      if (start < 0 || (stop !== null && stop < start)) throw new RangeError(`ProcFdDataRequest of [${start}, ${stop})`)
      return message
    }
    default:
      return message
  }
}

function suitedSpecs(specs: ProcSpecs, negotiated: Extensions): ProcSpecs {
  const entries = Object.entries(specs)
  if (entries.length > MOST_SPECS)
    throw new RangeError(`${entries.length} specs in one request; the limit is ${MOST_SPECS}`)
  for (const [procId, spec] of entries) {
    if (spec.argv.length === 0) throw new RangeError(`empty argv: ${procId}`)
  }
  if (has(negotiated, 'spec')) return specs
  for (const [procId, spec] of entries) {
    const essential = essentialMembers(spec)
    if (essential.length > 0) throw new RangeError(`the agent does not support ${essential.join(', ')}: ${procId}`)
  }
  return Object.fromEntries(entries.map(([procId, spec]) => [procId, withoutExtended(spec)]))
}
