import { type FSWatcher, watch } from 'node:fs'
import { errorText } from './error-code.ts'

/**
 * Tells of changes to a file, or to the files of a folder by their names. Where the host cannot (out of watches), says so to `trouble` and tells
 * nothing: every user looks by itself now and then as well.
 */
export function watchPath(
  path: string,
  onChange: (name: string | null) => void,
  trouble: (text: string) => void,
): () => void {
  let watcher: FSWatcher
  try {
    watcher = watch(path, (_event, name) => onChange(name))
  } catch (error) {
    trouble(`cannot watch ${path}, so news take up to a second: ${errorText(error)}`)
    return () => {}
  }
  watcher.on('error', (error) => trouble(`watching ${path}: ${errorText(error)}`))
  return () => watcher.close()
}
