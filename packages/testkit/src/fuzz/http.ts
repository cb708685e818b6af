import { connect } from 'node:net'
import { Random } from '../random/index.ts'
import { type Campaign, type FuzzReport, soon, Tally } from './campaign.ts'
import type { FuzzedAgent } from './fuzzed-agent.ts'
import { mutateBytes, pick, randomBytes } from './mutate.ts'

const BODY = '{"specs":{"fuzz":{"argv":["/bin/echo","x"],"fds":[["stdout",{"capture":{}}]]}}}'
const HOST = 'Host: localhost\r\n'

function post(path: string, body: string, headers = 'Content-Type: application/json\r\n'): string {
  return `POST ${path} HTTP/1.1\r\n${HOST}${headers}Content-Length: ${body.length}\r\n\r\n${body}`
}

const REQUESTS = [
  `GET /procs HTTP/1.1\r\n${HOST}\r\n`,
  `GET /procs/fuzz?text=0 HTTP/1.1\r\n${HOST}Accept-Encoding: gzip, br;q=0.5, *;q=0\r\n\r\n`,
  `GET /procs/fuzz/output/stdout/data?encoding=base64&start=0 HTTP/1.1\r\n${HOST}Range: bytes=0-5,-3\r\nConnection: keep-alive\r\n\r\n`,
  `GET /procs/%66uzz/output/1/data HTTP/1.1\r\n${HOST}Accept-Encoding: zstd\r\nIf-Range: "x"\r\nRange: bytes=1-\r\n\r\n`,
  `DELETE /procs/fuzz HTTP/1.1\r\n${HOST}\r\n`,
  `HEAD /agent HTTP/1.0\r\nOrigin: http://localhost\r\n\r\n`,
  `GET /agent HTTP/1.1\r\n${HOST}Authorization: Bearer x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
  post('/procs', BODY),
  post('/procs', BODY, 'Content-Type: application/json\r\nExpect: 100-continue\r\n'),
  post('/procs/fuzz/signals/SIGKILL', ''),
  post('/procs/fuzz/stop', '{"signal":"TERM","grace":0.1}'),
  `POST /procs HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n10;x=y\r\n{"specs":{"a":{"\r\n0\r\nTrailer: x\r\n\r\n`,
].map((text) => Buffer.from(text))

/** Lines that are put after the first, or the first made of them. */
const LINES = [
  'Content-Length: 5\r\n',
  'Content-Length: -1\r\n',
  'Content-Length: 99999999999999999999\r\n',
  'Content-Length: 70000000\r\n',
  'Transfer-Encoding: chunked, identity\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Host: evil.example\r\n',
  'Host: \r\n',
  'Range: bytes=9999999999999999999999-\r\n',
  'Range: bytes=5-1\r\n',
  'Accept-Encoding: gzip;q=x,,;,br;q=-1\r\n',
  'Content-Encoding: gzip\r\n',
  'Expect: 200-maybe\r\n',
  'Content-Type: text/plain\r\n',
  'Origin: null\r\n',
  ': no name\r\n',
  ' folded\r\n',
  'X: \0\x01\x7f\xff\r\n',
  `X: ${'x'.repeat(20_000)}\r\n`,
  'X: y\r\n'.repeat(3_000),
].map((text) => Buffer.from(text, 'latin1'))

function request(random: Random): Buffer {
  const good = pick(random, REQUESTS)
  const kind = random.below(10)
  if (kind === 0) return randomBytes(random, 1 + random.below(400))
  if (kind === 1) return Buffer.concat([good, pick(random, REQUESTS), pick(random, REQUESTS)])
  if (kind > 5) return mutateBytes(random, good, REQUESTS)
  const line = good.indexOf('\r\n') + 2
  const bad = Buffer.concat([good.subarray(0, line), pick(random, LINES), good.subarray(line)])
  return kind === 2 ? mutateBytes(random, bad, LINES) : bad
}

/** What is behind every request: it is the end, when the bytes before are whole. */
const LAST = Buffer.from(`GET /none HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`)
/** After how long without an answer our half of the connection is ended, ms: the bytes were the beginning of something. */
const PATIENCE = 100

/** All that is answered to bytes, up to the end of the connection. */
function exchange(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = []
    const socket = connect({ host: '127.0.0.1', port }, () => socket.write(Buffer.concat([bytes, LAST])))
    const tired = setTimeout(() => socket.end(), PATIENCE)
    socket.on('data', (piece: Buffer) => {
      pieces.push(piece)
      tired.refresh()
    })
    // A reset is an end as well.
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(tired)
      resolve(Buffer.concat(pieces).toString('latin1'))
    })
  })
}

const FORMS = /^HTTP\/1\.1 (100|200|206|30\d|4\d\d|501|503) /

/** FUZZ3. Throws Error with the request that is not answered so. */
export async function fuzzHttp(agent: FuzzedAgent, { seed, enough }: Campaign): Promise<FuzzReport> {
  const random = new Random(seed)
  const tally = new Tally()
  while (!enough(tally.inputs)) {
    const bytes = request(random)
    const shown = `seed ${seed}, input ${tally.inputs}: ${JSON.stringify(bytes.toString('latin1'))}`
    const answer = await soon(exchange(agent.port, bytes), `an end of the connection: ${shown}`)
    agent.assertAlive(shown)
    const [, status = ''] = FORMS.exec(answer) ?? []
    if ((answer !== '' && status === '') || answer.includes('HTTP/1.1 500')) throw new Error(`${answer}\n${shown}`)
    tally.add(answer === '' ? 'closed' : status)
    if (tally.inputs % 100 === 0) await agent.clear()
  }
  await agent.clear()
  return tally
}
