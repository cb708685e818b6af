/** Why an input is refused: a value, not an exception. Codes are stable. */
export interface Rejection {
  readonly code: RejectionCode
  readonly message: string
}

export const REJECTION_CODES = {
  RUN_STATE: 'the operation is not allowed in the state that the run is in',
  RUN_MARK_SAME: 'the run is already in the state asked for',
  RUN_UNKNOWN: 'there is no such run',
  JOB_UNKNOWN: 'there is no such job',
  ARGS: 'the arguments are not those that the job takes',
  AGENT_UNREACHABLE: 'the agent that has the process is not connected',
  AGENT_UNKNOWN: 'there is no such agent, or it is not in the state that the command needs',
  CONFLICT: 'the run was changed by something else at the same time; ask again',
  PAUSE_UNKNOWN: 'there is no such pause in force',
  BACKFILL_UNKNOWN: 'there is no such backfill',
  BACKFILL_RANGE: 'the range of the backfill has no instants, too many, or lies in the future',
  REQUEST: 'a value of the request cannot be taken; the message says which, and what is expected',
  TOO_MANY: 'there are as many of these as there may be; end some first',
  UNRECORDED:
    'what was asked is taken, and the message says whether it is sent, but the store takes nothing or does not answer, so it is not recorded yet; asking again does no harm to a stop',
  BUSY: 'too much is waiting to be done; ask again later',
} as const

export type RejectionCode = keyof typeof REJECTION_CODES
