import Type from 'typebox'
import { grouped, sortByTime } from '../../dataset/group.js'
import type { Split } from '../metric.js'

/** Each user's last event by (time, row), or by row where the data has no times; users with one event keep it. */
export const leaveOneOut: Split = {
  summary: "each user's last event",
  params: Type.Object({}, { additionalProperties: false }),
  holdOut: (_, { events, users }) => {
    const { start, rows } = sortByTime(grouped(events.user, users.ids.count), events.time)
    const held: number[] = []
    for (let user = 0; user < users.ids.count; user++) {
      if (start[user + 1]! - start[user]! > 1) held.push(rows[start[user + 1]! - 1]!)
    }
    return Int32Array.from(held).sort()
  },
}
