export {
  type AgentOptions,
  agentOptions,
  type Environment,
  type GivenOptions,
  type Parsed,
} from './options.ts'
