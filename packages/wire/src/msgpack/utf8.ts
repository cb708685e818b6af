// The platform's coders, which the bare ECMAScript library does not declare. They do no I/O.
declare const TextEncoder: { new (): { encodeInto(text: string, into: Uint8Array): { readonly written: number } } }
declare const TextDecoder: {
  new (
    label: 'utf-8',
    options: { readonly fatal: true; readonly ignoreBOM: true },
  ): {
    decode(bytes: Uint8Array): string
  }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

// Below this length a loop beats the call into the platform.
const SHORT = 24

/** Bytes that `text` takes in UTF-8, where a lone surrogate counts as the U+FFFD that is written for it. */
export function utf8Length(text: string): number {
  let length = text.length
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit <= 0x7f) continue
    if (unit <= 0x7ff) length += 1
    else if (isPair(text, index)) {
      length += 2
      index++
    } else length += 2
  }
  return length
}

/** Writes the UTF-8 of `text` at `at`, where `utf8Length(text)` bytes must be free. A lone surrogate becomes U+FFFD: peers refuse any other form. */
export function writeUtf8(text: string, into: Uint8Array, at: number): void {
  if (text.length <= SHORT) {
    let index = 0
    for (; index < text.length; index++) {
      const unit = text.charCodeAt(index)
      if (unit > 0x7f) break
      into[at + index] = unit
    }
    if (index === text.length) return
  }
  encoder.encodeInto(text, into.subarray(at))
}

function isPair(text: string, index: number): boolean {
  const low = text.charCodeAt(index + 1)
  return (text.charCodeAt(index) & 0xfc00) === 0xd800 && (low & 0xfc00) === 0xdc00
}

/** The text of UTF-8 bytes, or null when they are not valid UTF-8. A byte order mark is kept. */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string | null {
  if (end - start <= SHORT) {
    let text = ''
    let index = start
    for (; index < end; index++) {
      const byte = bytes[index] ?? 0
      if (byte > 0x7f) break
      text += String.fromCharCode(byte)
    }
    if (index === end) return text
  }
  try {
    return decoder.decode(bytes.subarray(start, end))
  } catch {
    return null
  }
}
