import { at, type Check, type Fields, type Path } from '../parse/index.ts'

/** The member `proc_id` of a message: any text. Which ids a new proc may have is `checkBatch`'s. */
export function readProcId(check: Check, fields: Fields, path: Path): string {
  return check.text(fields['proc_id'], at(path, 'proc_id'))
}

/** The member `fd` of a message, a name as `fdNumber` reads it; existing agents echo it as it was asked. */
export function readFd(check: Check, fields: Fields, path: Path): string {
  return check.text(fields['fd'], at(path, 'fd'))
}

/** Characters of a connection or group id. */
const LONGEST_ID = 200

/** A connection or group id: 1 to 200 characters, none of them a control character, since ids go to logs and pages. */
export function readName(check: Check, value: unknown, path: Path): string {
  const text = check.text(value, path)
  if (typeof value === 'string' && (text.length < 1 || text.length > LONGEST_ID)) {
    check.problem(path, `expected 1 to ${LONGEST_ID} characters, got ${text.length}`)
  }
  if (/\p{Cc}/u.test(text)) check.problem(path, 'expected no control characters')
  return text
}
