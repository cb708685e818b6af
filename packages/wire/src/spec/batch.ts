import { utf8Length } from '../msgpack/utf8.ts'
import { fdNumber } from './fd-name.ts'
import type { ProcSpecs } from './input.ts'
import { checkPipes } from './pipes.ts'
import type { ProcSpec } from './spec.ts'

/** Specs in one request. An existing agent dies of more (spec/procstar.md 10.1). */
export const MOST_SPECS = 1024
/** Bytes of a proc id in UTF-8. */
const LONGEST_PROC_ID = 255

/**
 * What makes a whole start request impossible, or null: the text for exit 65, HTTP 400 and RequestError. Texts of existing errors are exact
 * (spec/procstar.md 2.3, 2.5); the first in order of specs counts. That an id is in use, or the agent shutting down, is for the agent to see.
 */
export function checkBatch(specs: ProcSpecs): string | null {
  const entries = Object.entries(specs)
  if (entries.length > MOST_SPECS) return `too many specs: ${entries.length}, at most ${MOST_SPECS}`
  for (const [procId, spec] of entries) {
    const problem = checkProc(procId, spec)
    if (problem !== null) return problem
  }
  return checkPipes(entries)
}

/** What makes one spec impossible, whatever it is asked for with; or null. */
export function checkProc(procId: string, spec: ProcSpec): string | null {
  return checkId(procId) ?? checkFdNames(spec) ?? checkTexts(procId, spec)
}

function checkId(procId: string): string | null {
  const length = utf8Length(procId)
  if (length < 1 || length > LONGEST_PROC_ID) return `bad proc id: ${length} bytes, expected 1 to ${LONGEST_PROC_ID}`
  const bad = badCharacter(procId)
  return bad === null ? null : `bad proc id: contains a ${bad}`
}

function checkFdNames(spec: ProcSpec): string | null {
  const seen = new Set<number>()
  for (const [name] of spec.fds ?? []) {
    const fd = fdNumber(name)
    if (fd === null) return `bad fd: ${name}`
    if (seen.has(fd)) return `duplicate fd: ${name}`
    seen.add(fd)
  }
  return null
}

// What C text cannot hold, and what UTF-8 cannot: half of a surrogate pair would become another character on its way.
function badCharacter(text: string): string | null {
  if (text.includes('\0')) return 'NUL character'
  return text.isWellFormed() ? null : 'lone surrogate'
}

// What execve cannot take. Existing agents die of the first, and lose the reason of the others.
function checkTexts(procId: string, spec: ProcSpec): string | null {
  if (spec.argv.length === 0) return `empty argv: ${procId}`
  const texts: [string, string][] = spec.argv.map((text, index) => [`argv[${index}]`, text])
  texts.push(['exe', spec.exe ?? ''], ['cwd', spec.cwd ?? ''])
  for (const [name, text] of Object.entries(spec.env?.vars ?? {})) {
    texts.push([`env.vars ${JSON.stringify(name)}`, name], [`env.vars ${JSON.stringify(name)}`, text ?? ''])
  }
  for (const [name, fd] of spec.fds ?? []) {
    if (typeof fd === 'object' && 'file' in fd) texts.push([`fds ${name}`, fd.file.path])
    if (typeof fd === 'object' && 'capture' in fd) texts.push([`fds ${name}`, fd.capture.path ?? ''])
  }
  for (const [where, text] of texts) {
    const bad = badCharacter(text)
    if (bad !== null) return `${bad} in ${where}: ${procId}`
  }
  return checkBytes(procId, spec)
}

// What becomes bytes may have any byte, but a text of it has to be one: a secret that is changed on its way would mask nothing.
function checkBytes(procId: string, spec: ProcSpec): string | null {
  const texts: [string, string][] = (spec.mask ?? []).map((text, index) => [`mask[${index}]`, text])
  for (const [name, fd] of spec.fds ?? [])
    if (typeof fd === 'object' && 'data' in fd && 'text' in fd.data) texts.push([`fds ${name} data`, fd.data.text])
  const bad = texts.find(([, text]) => !text.isWellFormed())
  return bad === undefined ? null : `lone surrogate in ${bad[0]}: ${procId}`
}
