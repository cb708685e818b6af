import { z } from 'zod'
import { type ApiTime, apiTimeSchema } from './time.ts'

/** What an agent says of its own process. */
export interface AgentProc {
  readonly pid: number
  readonly ppid: number
  readonly uid: number
  readonly euid: number
  readonly username: string | null
  readonly gid: number
  readonly egid: number
  readonly groupname: string | null
  readonly hostname: string
}

/** An agent that takes no new procs. */
export interface DrainJson {
  readonly since: ApiTime
  readonly reason: string | null
  /** None of its runs is left. */
  readonly drained: boolean
}

/** The API form of an agent connection (spec/apsis.md 11.4). */
export interface ConnectionJson {
  readonly shutdown_state: 'active' | 'idling' | 'done'
  /** Its live runs. Ours. */
  readonly runs: number
  /** Since when and why it takes no new procs, and whether its last run has ended; null: it takes them. Ours. */
  readonly drain: DrainJson | null
  readonly info: {
    readonly conn: { readonly conn_id: string; readonly group_id: string; readonly restricted_exe: string | null }
    readonly socket: { readonly address: string; readonly port: number }
    readonly proc: AgentProc
    readonly stats: {
      readonly connected: boolean
      readonly first_connect_time: ApiTime
      readonly last_connect_time: ApiTime
      readonly last_disconnect_time: ApiTime | null
      readonly num_connections: number
      readonly num_received: number
      readonly num_sent: number
    }
  }
}

export const connectionJsonSchema: z.ZodType<ConnectionJson> = z
  .object({
    shutdown_state: z.enum(['active', 'idling', 'done']),
    runs: z.int(),
    drain: z.object({ since: apiTimeSchema, reason: z.string().nullable(), drained: z.boolean() }).nullable(),
    info: z.object({
      conn: z.object({ conn_id: z.string(), group_id: z.string(), restricted_exe: z.string().nullable() }),
      socket: z.object({ address: z.string(), port: z.int() }),
      proc: z.object({
        pid: z.int(),
        ppid: z.int(),
        uid: z.int(),
        euid: z.int(),
        username: z.string().nullable(),
        gid: z.int(),
        egid: z.int(),
        groupname: z.string().nullable(),
        hostname: z.string(),
      }),
      stats: z.object({
        connected: z.boolean(),
        first_connect_time: apiTimeSchema,
        last_connect_time: apiTimeSchema,
        last_disconnect_time: apiTimeSchema.nullable(),
        num_connections: z.int(),
        num_received: z.int(),
        num_sent: z.int(),
      }),
    }),
  })
  .meta({ title: 'AgentConnection' })
