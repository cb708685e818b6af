export { digest, type LoadedJobs, loadJobs } from './load.ts'
