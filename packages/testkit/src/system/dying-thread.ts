// Loaded before a server: at SIGUSR2, ends the thread of the store that the environment names, as if it had died.
import { isMainThread, type Worker } from 'node:worker_threads'

/** Where threads of the store are in the order in which a server starts them. */
const ORDER = ['runs-writer', 'outputs-writer', 'reader']

if (isMainThread) {
  const threads: Worker[] = []
  process.on('worker', (worker) => {
    if (ORDER.includes(worker.threadName ?? '')) threads.push(worker)
  })
  process.on(
    'SIGUSR2',
    () => void threads.find(({ threadName }) => threadName === process.env['APSIS_TEST_THREAD'])?.terminate(),
  )
}
