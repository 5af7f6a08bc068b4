import type { Interval } from '@recspec/core'
import { failure } from '../exit.js'

const SECONDS = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
])

/** Reads an interval: `500` (steps), `30s`, `5m` or `1h`. */
export const parseInterval =
  (option: string) =>
  (text: string): Interval => {
    const [, number, unit] = /^(\d+)([smh]?)$/i.exec(text.trim()) ?? []
    const value = Number(number)
    if (!(value > 0 && Number.isSafeInteger(value)))
      throw failure('document', `invalid ${option} "${text}"`, `write steps or a time: ${option} 500, ${option} 30s`)
    return unit ? { seconds: value * SECONDS.get(unit.toLowerCase())! } : { steps: value }
  }
