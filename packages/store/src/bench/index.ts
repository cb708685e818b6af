export { pushRuns, type Throughput } from './throughput.ts'
export { historyJobId, type HistoryOptions, makeHistory } from './history.ts'
