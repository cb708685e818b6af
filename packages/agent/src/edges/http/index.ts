export { type HttpService, startHttpService } from './service.ts'
