import { dirname } from 'node:path'
import { citedRules, parseRules } from './rules.ts'
import { testTitles } from './titles.ts'

/** A file by its path (with `/`, relative to any one folder) and its text. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** What was looked at, and what is wrong: `file:line: what`. */
export interface Coverage {
  readonly rules: number
  readonly tests: number
  readonly complaints: readonly string[]
}

interface Spec {
  readonly path: string
  /** Line of each rule, by id. */
  readonly lines: Map<string, number>
  readonly tested: Set<string>
}

/** The specification that a file is under: the nearest on the way up. */
function nearest(specs: ReadonlyMap<string, Spec>, path: string): Spec | null {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const spec = specs.get(folder)
    if (spec !== undefined) return spec
    if (folder === dirname(folder)) return null
  }
}

/** Holds every SPEC.md against the tests of its folder and those below, but for what is under a nearer SPEC.md. */
export function coverage(specFiles: readonly SourceFile[], testFiles: readonly SourceFile[]): Coverage {
  const complaints: string[] = []
  const specs = new Map<string, Spec>()
  for (const { path, text } of specFiles) {
    const lines = new Map<string, number>()
    for (const { id, line } of parseRules(text)) {
      if (lines.has(id)) complaints.push(`${path}:${line}: ${id} is there twice (first in line ${lines.get(id)})`)
      else lines.set(id, line)
    }
    if (lines.size === 0) complaints.push(`${path}:1: no rule; expected lines such as "- **RUN1** text"`)
    specs.set(dirname(path), { path, lines, tested: new Set() })
  }

  let tests = 0
  for (const { path, text } of testFiles) {
    const spec = nearest(specs, path)
    if (spec === null) continue
    for (const title of testTitles(path, text)) {
      tests += 1
      const at = `${path}:${title.line}`
      if (title.text === null) {
        complaints.push(`${at}: the title is not written at the call, so its rule cannot be seen`)
        continue
      }
      const cited = citedRules(title.text)
      if (cited.length === 0)
        complaints.push(`${at}: the title does not begin with a rule of ${spec.path}: ${title.text}`)
      for (const id of cited) {
        if (!spec.lines.has(id)) complaints.push(`${at}: ${spec.path} has no rule ${id}`)
        else if (!title.inactive) spec.tested.add(id)
      }
    }
  }

  let rules = 0
  for (const { path, lines, tested } of specs.values()) {
    rules += lines.size
    for (const [id, line] of lines) if (!tested.has(id)) complaints.push(`${path}:${line}: ${id} has no test`)
  }
  return { rules, tests, complaints }
}
