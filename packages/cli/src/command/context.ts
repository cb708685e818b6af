import type { Client, Fetch, OpenSocket, Wait } from '@apsis/api/client'
import type { Confirm, Terminal } from '../terminal/index.ts'

/** What every command is given. */
export interface Context {
  readonly terminal: Terminal
  readonly fetch: Fetch
  /** Opens sockets to the server at a base address. */
  readonly sockets: (base: string) => OpenSocket
  readonly wait: Wait
  readonly confirm: Confirm
  /** `APSIS_HOST`. */
  readonly environment: string | undefined
  readonly version: string
}

/** A server that a command talks to. */
export interface Server {
  /** `http://host:port`. */
  readonly base: string
  readonly client: Client
  readonly open: OpenSocket
}

/** What a command ends with: 0 done, 1 refused or failed, 2 used wrongly. */
export type ExitCode = 0 | 1 | 2
