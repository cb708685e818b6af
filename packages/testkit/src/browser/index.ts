export { launchBrowser } from './launch-browser.ts'
export { watchPage, type WatchedPage } from './watch-page.ts'
