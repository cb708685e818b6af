export type { BackoffOptions } from './backoff.ts'
export type { Connection } from './connection.ts'
export { Connector, type ConnectorEvents, type ConnectorOptions } from './connector.ts'
export type { Outgoing } from './outbox.ts'
