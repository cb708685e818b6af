import type { Random } from '../random/index.ts'
import { frame, type FrameParts, OPCODE } from './frames.ts'
import { pick } from './mutate.ts'

/** Bytes that the receiver of a WebSocket has to close on by itself, and why. `mask`: as the sender has to do it. */
export function badFrame(random: Random, mask: Buffer | null): { readonly what: string; readonly bytes: Buffer } {
  const payload = Buffer.from('some bytes')
  const good: FrameParts = { opcode: OPCODE.binary, payload, mask }
  const opcode = pick(random, [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
  const begun = frame({ ...good, fin: false })
  const cases: readonly (readonly [string, Buffer])[] = [
    [`opcode ${opcode}`, frame({ ...good, opcode })],
    ['a reserved bit', frame({ ...good, reserved: 1 + random.below(7) })],
    [
      'a mask where none may be, or none where one must',
      frame({ ...good, mask: mask === null ? Buffer.alloc(4, 7) : null }),
    ],
    ['a text frame', frame({ ...good, opcode: OPCODE.text })],
    ['a text frame that is not UTF-8', frame({ ...good, opcode: OPCODE.text, payload: Buffer.from([0xff, 0xfe]) })],
    ['a frame of 2^63 bytes', frame({ ...good, announced: 1n << 63n })],
    ['a frame of 2^53 bytes', frame({ ...good, announced: 1n << 53n })],
    ['a frame of 65 MiB', frame({ ...good, announced: 65n << 20n })],
    ['a continuation of nothing', frame({ ...good, opcode: OPCODE.continuation })],
    ['a message within a message', Buffer.concat([begun, frame(good)])],
    ['a ping in fragments', frame({ ...good, opcode: OPCODE.ping, fin: false })],
    ['a ping too long', frame({ ...good, opcode: OPCODE.ping, payload: Buffer.alloc(126) })],
    ['a close of one byte', frame({ ...good, opcode: OPCODE.close, payload: Buffer.alloc(1) })],
    ['a close with a code that is none', frame({ ...good, opcode: OPCODE.close, payload: Buffer.from([0, 7]) })],
    [
      'a close with a reason that is not UTF-8',
      frame({ ...good, opcode: OPCODE.close, payload: Buffer.from([3, 232, 0xff]) }),
    ],
  ]
  const [what, bytes] = pick(random, cases)
  return { what, bytes }
}
