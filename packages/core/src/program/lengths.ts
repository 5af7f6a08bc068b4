import type { Dataset } from '../dataset/dataset.js'
import type { LearnedInput } from './encode.js'

/** The mean and the largest number of rows that an input has for an entity; of a history before it is cut. */
export const rowLengths = (
  { node, encoded }: LearnedInput,
  { users, items, events }: Dataset,
): { readonly mean: number; readonly most: number } => {
  if (node.definition.reads === 'interactions') {
    const [owner, count] = node.entity === 'user' ? [events.user, users.ids.count] : [events.item, items.ids.count]
    const counts = new Int32Array(count + 1)
    for (const entity of owner) counts[entity + 1]!++
    return { mean: events.count / Math.max(1, count), most: counts.subarray(1).reduce((a, b) => Math.max(a, b), 0) }
  }
  if (!encoded?.start) return { mean: 1, most: 1 }
  const { start } = encoded
  let most = 0
  for (let entry = 0; entry + 1 < start.length; entry++) most = Math.max(most, start[entry + 1]! - start[entry]!)
  return { mean: start.at(-1)! / (start.length - 1), most }
}
