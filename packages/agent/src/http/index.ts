export { type HttpService, startHttpService } from '../edges/http/index.ts'
