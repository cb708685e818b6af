export { Launcher, type LauncherEvents, type LauncherOptions } from './launcher.ts'
