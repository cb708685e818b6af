export { type CompareOptions, compareForecasts, type JobPair } from './compare.ts'
export type { Comparison, RunPair, Sorted } from './comparison.ts'
export { forecast, type ForecastEnd, type ForecastOptions } from './forecast.ts'
export type { BrokenForecast, ForecastJob, ForecastRun, ForecastWindow } from './types.ts'
