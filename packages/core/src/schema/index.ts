export { jobPage } from './job-page.ts'
export { jobSchema } from './job-schema.ts'
