export { pushRuns, type Throughput } from './throughput.ts'
