export { type GivenHttpOptions, type HttpOptions, httpOptions, isLoopback } from './http.ts'
export {
  type AgentOptions,
  agentOptions,
  type Environment,
  type GivenOptions,
  type Parsed,
} from './options.ts'
