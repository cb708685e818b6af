export { afterwards, type Scope } from './afterwards.ts'
export { Arrivals } from '@apsis/agent/fixture'
export { LocalAgent } from './local-agent.ts'
export { temporaryFolder } from './folder.ts'
