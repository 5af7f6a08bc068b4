import { taken } from '../dataset/column.js'
import type { History } from './history.js'

/** The events whose target is 1, ascending. */
export const positiveEvents = (target: Float32Array): Int32Array =>
  Int32Array.from(target.keys()).filter((row) => target[row] === 1)

/** Histories of positive events only; all of them where `positives` is undefined. */
export const positiveHistory = (history: History, positives: Int32Array | undefined): History => {
  if (!positives) return history
  const isPositive = new Uint8Array(history.place.length)
  for (const row of positives) isPositive[row] = 1
  const kept = Int32Array.from(history.event.keys()).filter((place) => isPositive[history.event[place]!] === 1)
  const start = new Int32Array(history.start.length)
  for (let entity = 0, at = 0; entity < start.length; entity++) {
    while (at < kept.length && kept[at]! < history.start[entity]!) at++
    start[entity] = at
  }
  const event = taken(history.event, kept)
  const place = new Int32Array(history.place.length).fill(-1)
  for (let at = 0; at < event.length; at++) place[event[at]!] = at
  return { start, other: taken(history.other, kept), event, place }
}
