export { findCgroup, placeCgroup } from '../edges/host/index.ts'
export { Launcher } from '../edges/launch/index.ts'
