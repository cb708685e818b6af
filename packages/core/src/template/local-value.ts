import { DAY, type LocalTime } from '../time/index.ts'
import { bindArguments } from './bind-arguments.ts'
import { dateValue, toDate } from './date-value.ts'
import { daytimeValue, toDaytime } from './daytime-value.ts'
import { fail } from './fault.ts'
import { instantOfLocal, localParts, localText } from './local-instant.ts'
import { isNumber, objectIn } from './object-in.ts'
import { timeValue, toTime } from './time-value.ts'
import { CallableValue, type ObjectType, ObjectValue, truthy, typeName, type Value } from './value.ts'
import { toZone } from './zone-value.ts'

const LOCAL: ObjectType<LocalTime> = {
  name: 'LocalTime',
  str: localText,
  repr: (local) => `LocalTime(${localText(local)})`,
  attribute(local, name) {
    const [date, daytime] = items(local)
    return name === 'date' ? date : name === 'daytime' ? daytime : undefined
  },
  items,
  compare(local, other) {
    const second = localIn(other)
    return second === undefined ? undefined : local - second
  },
}

const localIn: (value: Value) => LocalTime | undefined = objectIn(LOCAL, isNumber)

/** `to_local(time, zone)`: `date` and `daytime` that clocks in a zone show; unpacks into the two. */
export const TO_LOCAL: CallableValue = new CallableValue('to_local', (args) => {
  const [time = null, zone = null] = bindArguments('to_local', ['time', 'time_zone'], args)
  const local = toZone(zone).localAt(toTime(time))
  // Near the ends of time the local date may be out of range.
  dateValue(localParts(local).date)
  return new ObjectValue(LOCAL, local)
})

/** `from_local((date, daytime), zone, first=True)`: the time at which clocks in a zone show a date and daytime. */
export const FROM_LOCAL: CallableValue = new CallableValue('from_local', (args) => {
  const [local = null, zone = null, first = null] = bindArguments(
    'from_local',
    ['local', 'time_zone', ['first', true]],
    args,
  )
  return timeValue(instantOfLocal(toLocal(local), toZone(zone), truthy(first)))
})

function toLocal(value: Value): LocalTime {
  const known = localIn(value)
  if (known !== undefined) return known
  const isPair = value !== null && typeof value === 'object' && (value.kind === 'tuple' || value.kind === 'list')
  const [date, daytime, ...rest] = isPair ? value.items : []
  if (date === undefined || daytime === undefined || rest.length > 0) {
    return fail(`from_local takes a pair of a date and a daytime, not ${typeName(value)}`)
  }
  return toDate(date) * DAY + toDaytime(daytime)
}

function items(local: LocalTime): readonly Value[] {
  const { date, daytime } = localParts(local)
  return [dateValue(date), daytimeValue(daytime)]
}
