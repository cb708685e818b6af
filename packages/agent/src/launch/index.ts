export { Launcher } from '../edges/launch/index.ts'
