export { FeedHub, type HubOptions, type RunChange } from './hub.ts'
export { OutputGrowth } from './output-growth.ts'
export { apiSockets, type SocketPorts, type Sockets } from './upgrade.ts'
