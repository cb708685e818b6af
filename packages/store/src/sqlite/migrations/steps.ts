import { outputs1 } from './outputs-1.ts'
import { runs1 } from './runs-1.ts'
import { runs2 } from './runs-2.ts'
import { runs3 } from './runs-3.ts'
import { runs4 } from './runs-4.ts'
import { runs5 } from './runs-5.ts'

/** Steps of `runs.db`, in order: the nth makes version n. A step that was released is never changed. */
export const RUNS_STEPS: readonly string[] = [runs1, runs2, runs3, runs4, runs5]

/** Steps of `outputs.db`, in order: the nth makes version n. */
export const OUTPUTS_STEPS: readonly string[] = [outputs1]

/** Steps of an archive, which has the tables of both in one file, in order: the nth makes version n. New steps of either go at the end. */
export const ARCHIVE_STEPS: readonly string[] = [runs1, runs2, runs3, outputs1, runs4, runs5]
