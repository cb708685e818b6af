export { type CheckEntry, type CheckOptions, checkJobs } from './check.ts'
export { checkFileNames, type NamedFile } from './file-names.ts'
export {
  type CheckedJobFile,
  checkJobFiles,
  checkScheduled,
  type FolderContext,
  type JobFile,
  type ScheduledOptions,
} from './folder.ts'
