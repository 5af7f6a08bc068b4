import { grouped, type Rule } from './finding.js'

/** Events of a user and an item that have an event already. */
export const duplicates: Rule = function* ({ data: { events, items } }) {
  const width = items.ids.count
  if (width === 0) return
  const seen = new Set<number>()
  let count = 0
  for (let row = 0; row < events.count; row++) {
    const [user, item] = [events.user[row]!, events.item[row]!]
    if (user < 0 || item < 0) continue
    const pair = user * width + item
    if (seen.has(pair)) count++
    seen.add(pair)
  }
  if (count === 0) return
  yield {
    rule: 'duplicates',
    message: `${grouped(count)} of ${grouped(events.count)} events repeat a user and an item`,
    hint: 'each is an example of its own, and the same pair may be a training and a test row',
    entity: 'event',
    count,
  }
}
