import type { GivenOptions } from '@apsis/agent/options'
import { InvalidArgumentError } from 'commander'

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** What the command line says of the agent to run (spec/procstar.md 1). */
export interface AgentFlags {
  readonly agentHost?: string
  readonly agentPort?: number
  readonly connId?: string
  readonly groupId?: string
  readonly restrictExe?: string
  readonly connectIntervalStart?: number
  readonly connectIntervalMult?: number
  readonly connectIntervalMax?: number
  readonly connectCountMax?: number
  readonly state?: string
  readonly logLevel: LogLevel
}

/** The options of the agent as far as the command line says them. */
export function givenOptions(flags: AgentFlags): GivenOptions {
  return {
    host: flags.agentHost,
    port: flags.agentPort,
    group: flags.groupId,
    connId: flags.connId,
    restrictExe: flags.restrictExe,
    stateDir: flags.state,
    connectIntervalStart: flags.connectIntervalStart,
    connectIntervalMult: flags.connectIntervalMult,
    connectIntervalMax: flags.connectIntervalMax,
    connectCountMax: flags.connectCountMax,
  }
}

/** Reads a whole number. */
export function whole(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('expected a whole number from 0 on')
}

/** Reads a number that is not negative. */
export function positive(text: string): number {
  if (/^(\d+\.?\d*|\.\d+)$/.test(text)) return Number(text)
  throw new InvalidArgumentError('expected a number from 0 on')
}

/** Reads a count of tries. The existing default is the largest number of 64 bits: for ever. */
export function tries(text: string): number {
  if (!/^\d{1,20}$/.test(text)) throw new InvalidArgumentError('expected a whole number from 1 on')
  return text.length > 15 ? Infinity : Number(text)
}
