export { readClocks } from './clock.ts'
export { gather } from './gather.ts'
export { agentProcInfo } from './identity.ts'
export { bootId, hostUnits } from './units.ts'
