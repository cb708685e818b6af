import { complementOf, daysLater, differenceOf, intersectionOf, unionOf } from './algebra.ts'
import type { DaySet } from './day-set.ts'
import type { Expression } from './expression.ts'
import { datesLater } from './moved.ts'
import { anonymous } from './set-calendar.ts'

/** The dates of an expression. `named` knows every name in it. */
export function evaluate(expression: Expression, named: (name: string) => DaySet): DaySet {
  const of = (part: Expression): DaySet => evaluate(part, named)
  switch (expression.kind) {
    case 'name':
      return named(expression.name)
    case 'union':
      return unionOf(expression.parts.map(of))
    case 'intersect':
      return intersectionOf(expression.parts.map(of))
    case 'except':
      return differenceOf(expression.parts.map(of))
    case 'not':
      return complementOf(of(expression.part))
    case 'days':
      return daysLater(of(expression.part), expression.days)
    case 'dates':
      return datesLater(anonymous(of(expression.part)), anonymous(of(expression.in)), expression.by)
  }
}
