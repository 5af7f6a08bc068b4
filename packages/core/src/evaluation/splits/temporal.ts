import Type from 'typebox'
import { split } from '../../contract/split.js'
import { grouped } from '../../dataset/group.js'
import { Share, shareOf } from './share.js'

/** The newest share of all events, or of each user's, by (time, row); without a time an event is the oldest. */
export const temporal = split({
  summary: "the newest share of all events, or of each user's, by time",
  params: Type.Object(
    {
      ...Share.properties,
      per: Type.Optional(
        Type.Enum(['user'], {
          description: "`user`: the newest share of each user's events, rounded; at least one stays in training",
        }),
      ),
    },
    { additionalProperties: false },
  ),
  needsTimes: true,
  holdOut: (params, { events, users }) => {
    if (!events.time) throw new Error('split "temporal" needs a time column')
    const time = events.time.map((value) => (Number.isNaN(value) ? -Infinity : value))
    if (params.per === 'user') {
      const { start, rows } = grouped(events.user, users.ids.count)
      const held: number[] = []
      for (let user = 0; user < users.ids.count; user++) {
        const own = rows.slice(start[user], start[user + 1]).sort((a, b) => time[a]! - time[b]! || a - b)
        held.push(...own.subarray(own.length - shareOf(params, own.length)))
      }
      return Int32Array.from(held).sort()
    }
    const count = shareOf(params, events.count)
    const held = new Int32Array(count)
    if (count === 0) return held
    // all rows newer than the threshold, and the last of the rows at the threshold
    const threshold = time.slice().sort()[events.count - count]!
    let spare = count
    for (const value of time) if (value > threshold) spare--
    for (let row = events.count - 1, place = count - 1; place >= 0; row--) {
      if (time[row]! > threshold || (time[row] === threshold && spare-- > 0)) held[place--] = row
    }
    return held
  },
})
