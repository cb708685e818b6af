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
  CONFLICT: 'the run was changed by something else at the same time; ask again',
  BUSY: 'too much is waiting to be done; ask again later',
} as const

export type RejectionCode = keyof typeof REJECTION_CODES
