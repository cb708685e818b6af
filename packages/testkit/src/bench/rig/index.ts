export { buildProgram, buildSpawnLoop } from './build.ts'
export { LauncherAlone } from './launcher-alone.ts'
export { startedAt } from './started-at.ts'
export { checkRuns, postRuns, startSystem, untilFinished } from './runs.ts'
