import { parseZone, Zone } from '../time/index.ts'
import { bindArguments } from './bind-arguments.ts'
import { fail } from './fault.ts'
import { objectIn } from './object-in.ts'
import { CallableValue, type ObjectType, ObjectValue, typeName, type Value } from './value.ts'

const ZONE: ObjectType<Zone> = {
  name: 'TimeZone',
  str: ({ name }) => name,
  repr: ({ name }) => `TimeZone('${name}')`,
  attribute: ({ name }, attribute) => (attribute === 'name' ? name : undefined),
  // Zones are equal or not, and have no order.
  compare: ({ name }, other) => (zoneIn(other)?.name === name ? 0 : undefined),
}

const zoneIn: (value: Value) => Zone | undefined = objectIn(ZONE, (value) => value instanceof Zone)

/** `TimeZone('Europe/Paris')`. */
export const ZONE_FUNCTION: CallableValue = new CallableValue('TimeZone', (args) => {
  const [name = null] = bindArguments('TimeZone', ['name'], args)
  return new ObjectValue(ZONE, toZone(name))
})

/** A time zone out of one, or out of its name. Fails for anything else. */
export function toZone(value: Value): Zone {
  const known = zoneIn(value)
  if (known !== undefined) return known
  if (typeof value !== 'string') return fail(`can't convert to a time zone: ${typeName(value)}`)
  const parsed = parseZone(value)
  return parsed.ok ? parsed.value : fail(parsed.message)
}
