export { decodeAgentMessage, encodeAgentMessage } from './agent-message.ts'
export type { DecodeCode, Decoded, DecodeError } from './decoded.ts'
export { commonExtensions, EXTENSIONS } from './extensions.ts'
export { decodeServerMessage, encodeServerMessage } from './server-message.ts'
