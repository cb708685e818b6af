import { outputs1 } from './outputs-1.ts'
import { runs1 } from './runs-1.ts'
import { runs2 } from './runs-2.ts'

/** Steps of `runs.db`, in order: the nth makes version n. A step that was released is never changed. */
export const RUNS_STEPS: readonly string[] = [runs1, runs2]

/** Steps of `outputs.db`, in order: the nth makes version n. */
export const OUTPUTS_STEPS: readonly string[] = [outputs1]
