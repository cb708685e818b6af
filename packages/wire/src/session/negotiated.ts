import type { AgentMessage, Extensions, ServerMessage } from '../message/index.ts'

const NEEDS: ReadonlyMap<(AgentMessage | ServerMessage)['type'], string> = new Map([
  ['ProcOutput', 'output'],
  ['ProcOutputRequest', 'output'],
  ['ProcOutputAck', 'output'],
  ['ProcStopRequest', 'stop'],
  ['ProcResultEvery', 'results'],
])

/** The extension that a message needs and the peers have not negotiated, or null when it may be sent. */
export function missingExtension(type: (AgentMessage | ServerMessage)['type'], negotiated: Extensions): string | null {
  const needed = NEEDS.get(type)
  return needed === undefined || has(negotiated, needed) ? null : needed
}

/** Whether an extension was negotiated, at any version. */
export function has(negotiated: Extensions, name: string): boolean {
  return Object.hasOwn(negotiated, name)
}

/** Whether an extension was negotiated at this version or a later one. */
export function hasVersion(negotiated: Extensions, name: string, version: number): boolean {
  return has(negotiated, name) && (negotiated[name] ?? 0) >= version
}
