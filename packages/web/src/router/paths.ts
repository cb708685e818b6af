/** Path of the page of a run. */
export function runPath(runId: string): string {
  return `/runs/${encodeURIComponent(runId)}`
}

/** Path of the page of a job; the slashes of its id stay. */
export function jobPath(jobId: string): string {
  return `/job/${jobId.split('/').map(encodeURIComponent).join('/')}`
}

/** The page that a path (escaped) means. */
export type Page =
  | { readonly name: 'runs' | 'jobs' | 'agents' | 'health' | 'unknown' }
  | { readonly name: 'run'; readonly runId: string }
  | { readonly name: 'job'; readonly jobId: string }

/** Reads a path. */
export function pageOf(path: string): Page {
  const [first = '', ...rest] = path
    .split('/')
    .filter((part) => part !== '')
    .map(unescaped)
  if (rest.length === 0) {
    if (first === '' || first === 'runs') return { name: 'runs' }
    return first === 'jobs' || first === 'agents' || first === 'health' ? { name: first } : { name: 'unknown' }
  }
  const tail = rest.join('/')
  if (first === 'runs' && rest.length === 1) return { name: 'run', runId: tail }
  return first === 'job' ? { name: 'job', jobId: tail } : { name: 'unknown' }
}

function unescaped(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part // a stray per cent sign, typed by hand
  }
}
