// Many clients of one live feed, in a process of their own: how long after a change each of them has it. Arguments: URL of the feed, number of clients.
import { WebSocket } from 'ws'

const [url = '', count = '0'] = process.argv.slice(2)
const clients = Number(count)
/** Of each change that not all have yet, by its number: how late each was that has it, ms. */
const latenesses = new Map<string, number[]>()
let greeted = 0

for (let made = 0; made < clients; made++) {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  socket.on('error', (error) => {
    console.error(`failed: ${error.message}`)
    process.exit(1)
  })
  socket.on('message', (data: Buffer) => take(data.toString('utf8'), Date.now()))
}

function take(text: string, now: number): void {
  if (text.startsWith('[{"type":"hello"')) {
    greeted++
    if (greeted === clients) console.log('ready')
    return
  }
  for (const [, seq = '', time = ''] of text.matchAll(/\{"type":"run","seq":(\d+),"time":"([^"]+)"/g)) {
    const known = latenesses.get(seq) ?? []
    latenesses.set(seq, known)
    known.push(now - Date.parse(time))
    if (known.length < clients) continue
    latenesses.delete(seq)
    console.log(`change ${JSON.stringify(known)}`)
  }
}
