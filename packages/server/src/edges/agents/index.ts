export { type Certificate, certificateIn } from './certificate.ts'
export { type AgentListener, listenForAgents } from './listen.ts'
export { tokenIn } from './token.ts'
