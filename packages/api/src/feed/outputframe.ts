/** A piece of an output as it travels: header lines, a blank line, the bytes (spec/apsis.md 8.5). */
export interface OutputFrame {
  /** Offset of the first byte. */
  readonly start: number
  /** Length of the whole output when the frame was sent. */
  readonly total: number
  readonly contentType: string
  readonly data: Uint8Array
  /** Which output it is of, where the socket has more than one. */
  readonly outputId?: string
}

/** Longest header that is read. */
const MAX_HEADER = 1024

/** The bytes of a frame. `data` is not empty: the form cannot say an empty range. */
export function encodeOutputFrame(frame: OutputFrame): Uint8Array {
  const { start, total, contentType, data, outputId } = frame
  const header = [
    `Content-Type: ${contentType}`,
    `Content-Range: bytes=${start}-${start + data.length - 1}/${total}`,
    `Content-Length: ${data.length}`,
    ...(outputId === undefined ? [] : [`Output-Id: ${encodeURIComponent(outputId)}`]),
    '',
    '',
  ].join('\r\n')
  const bytes = new Uint8Array(header.length + data.length)
  for (let index = 0; index < header.length; index++) bytes[index] = header.charCodeAt(index)
  bytes.set(data, header.length)
  return bytes
}

/** The frame that bytes make. Throws `SyntaxError` where they make none. */
export function decodeOutputFrame(bytes: Uint8Array): OutputFrame {
  let text = ''
  for (let index = 0; index < Math.min(bytes.length, MAX_HEADER) && !text.endsWith('\r\n\r\n'); index++) {
    text += String.fromCharCode(bytes[index] ?? 0)
  }
  const range = /^content-range: bytes[= ](\d+)-(\d+)\/(\d+)\r$/im.exec(text)
  if (!text.endsWith('\r\n\r\n') || range === null) throw new SyntaxError('not an output frame: no header')
  const [start = 0, end = 0, total = 0] = range.slice(1).map(Number)
  const data = bytes.subarray(text.length)
  if (data.length !== end - start + 1) throw new SyntaxError('not an output frame: wrong length')
  const contentType = /^content-type: (.*)\r$/im.exec(text)?.[1] ?? 'application/octet-stream'
  const outputId = /^output-id: (.*)\r$/im.exec(text)?.[1]
  return { start, total, contentType, data, ...(outputId === undefined ? {} : { outputId: decodedId(outputId) }) }
}

function decodedId(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new SyntaxError('not an output frame: no output id')
  }
}
