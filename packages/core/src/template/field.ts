import { keyText } from '../document/index.ts'
import type { Expanded, ExpandFailure } from './scope.ts'

type Path = readonly (string | number)[]

/** Says of a failure in which field it arose; paths of outer things are put before those of inner ones. */
export function failureIn(failure: ExpandFailure, ...path: Path): ExpandFailure {
  return { ...failure, field: [...path, ...(failure.field ?? [])] }
}

/** As `failureIn`, for what may be a value. */
export function inField<T>(expanded: Expanded<T>, ...path: Path): Expanded<T> {
  return expanded.ok ? expanded : failureIn(expanded, ...path)
}

/** The message of a failure with its place after it: `name 'x' is not defined (program.argv[2], line 1, column 8)`. */
export function placedMessage({ message, at, field }: ExpandFailure): string {
  const places = [
    ...(field === undefined || field.length === 0 ? [] : [keyText(field)]),
    ...(at === undefined ? [] : [`line ${at.line}, column ${at.column}`]),
  ]
  return places.length === 0 ? message : `${message} (${places.join(', ')})`
}
