import { type Due, daytimeText, timeText } from './due.ts'
import { DAY, SECOND } from './units.ts'

/** SCHED20 and SCHED21: every second of the window is asked whether it is a whole number of intervals after epoch and phase. Ms, whole seconds. */
export function intervalDues(interval: number, phase: number, epoch: number, from: number, to: number): Due[] {
  const dues: Due[] = []
  for (let second = Math.ceil(from / SECOND) * SECOND; second < to; second += SECOND) {
    if ((second - epoch - phase) % interval !== 0) continue
    const date = Math.floor(second / DAY) * DAY
    const args = { date: timeText(date).slice(0, 10), daytime: daytimeText(second - date), time: timeText(second) }
    dues.push({ due: second, args })
  }
  return dues
}

/** `explicit`: the times that are in the window, each once, in order. */
export function explicitDues(times: readonly number[], from: number, to: number): Due[] {
  return [...new Set(times)]
    .filter((time) => time >= from && time < to)
    .sort((a, b) => a - b)
    .map((due) => ({ due, args: { time: timeText(due) } }))
}
