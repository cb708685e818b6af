export { Child } from './child.ts'
export { FeedWatch } from './feed-watch.ts'
export { commandFile, freePort, System, type SystemOptions, TOKEN } from './system.ts'
