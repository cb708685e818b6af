// The reader of job folders for others than the server: what they say of a folder is what a server would do with it.
export {
  calendarFolders,
  digest,
  environmentOf,
  JobLoader,
  type JobSources,
  type LoadedJobs,
  type LoadOptions,
  readCalendarFiles,
} from '../edges/jobs-dir/index.ts'
export { adHocReader } from './ad-hoc-reader.ts'
