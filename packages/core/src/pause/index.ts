export { decidePause, type PauseDecision } from './decide.ts'
export {
  covers,
  isActive,
  isOfJob,
  MAX_PAUSES,
  type Pause,
  type PauseMode,
  type PauseScope,
  pauseText,
} from './pause.ts'
export { pauseJson, readPause } from './record.ts'
