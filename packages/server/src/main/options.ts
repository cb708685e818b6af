import type { Address, Config } from '@apsis/core/config'
import type { Diagnostic } from '@apsis/core/document'
import type { Log } from '../engine/index.ts'

/** What a server is started with. Paths are absolute. */
export interface ServerOptions {
  readonly config: Config
  readonly dataFolder: string
  readonly jobsFolder: string
  /** Folders with calendar files, beside those below the job folder, which count first. */
  readonly calendarFolders: readonly string[]
  /** Where the API and the web UI listen; at least one. Port 0 takes any free one. */
  readonly bind: readonly Address[]
  /** Null: no agents are taken. */
  readonly agents: AgentServerOptions | null
  /** Folder of the built web UI; null for none. */
  readonly webFolder: string | null
  readonly version: string
  readonly log: Log
  /** Called when a request asks the server to shut down or restart. */
  readonly onShutDown: (restart: boolean) => void
  /** Called when the server cannot go on, with the reason: it is to be stopped, and its process to end. Perhaps before it has started. */
  readonly onFailure: (message: string) => void
}

/** How agents reach the server. */
export interface AgentServerOptions {
  readonly host: string
  /** 0 takes any free one. */
  readonly port: number
  /** Null: the one kept in the data folder, made at first start. */
  readonly token: string | null
  /** Null: the self-signed one kept in the data folder, made at first start. */
  readonly tls: { readonly certPath: string; readonly keyPath: string } | null
}

/** A server that serves. */
export interface RunningServer {
  readonly addresses: readonly Address[]
  /** Null when no agents are taken. */
  readonly agents: { readonly port: number; readonly certPath: string; readonly token: string } | null
  readonly jobs: number
  /** Stops serving and deciding; processes on agents go on. Idempotent. */
  stop(): Promise<void>
}

/** Why a server could not start: what, where, and a way out. */
export interface StartFailure {
  readonly ok: false
  readonly code: string
  readonly message: string
  readonly diagnostics: readonly Diagnostic[]
}

export type StartResult = { readonly ok: true; readonly server: RunningServer } | StartFailure
