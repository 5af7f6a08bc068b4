import { observed } from '../dataset/observed.js'
import { sparse } from '../dataset/sparse.js'
import { grouped, type Rule } from './finding.js'

/** Test rows whose user and item have a training row. */
export const testRows: Rule = function* ({ data: { events, test, users, items } }) {
  if (!test) return
  const counts = { users: users.ids.count, items: items.ids.count }
  const has = observed(sparse(events, 'user', counts), counts.items)
  let count = 0
  for (let row = 0; row < test.count; row++) {
    const [user, item] = [test.user[row]!, test.item[row]!]
    if (user >= 0 && item >= 0 && has(user, item)) count++
  }
  if (count === 0) return
  yield {
    rule: 'test-rows',
    message: `${grouped(count)} of ${grouped(test.count)} test rows have the user and item of a training row`,
    hint: 'rankings leave out the items of training rows, and errors of such rows are too small',
    entity: 'event',
    count,
  }
}
