export * from './ports.ts'
export type { ListenFailure } from './listen.ts'
export type { ApiPorts } from './app.ts'
export { type HttpOptions, type HttpServer, startHttp } from './server.ts'
