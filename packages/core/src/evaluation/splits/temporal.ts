import { split } from '../../contract/split.js'
import { Type } from '../../contract/type.js'
import { grouped, sortByTime } from '../../dataset/group.js'
import { newestRows } from '../../dataset/newest.js'
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
  holdOut: (params, { events, users }) => {
    if (!events.time) throw new Error('split "temporal" needs a time column')
    if (params.per !== 'user') return newestRows(events.time, shareOf(params, events.count))
    const { start, rows } = sortByTime(grouped(events.user, users.ids.count), events.time)
    const held: number[] = []
    for (let user = 0; user < users.ids.count; user++) {
      const own = rows.subarray(start[user], start[user + 1])
      held.push(...own.subarray(own.length - shareOf(params, own.length)))
    }
    return Int32Array.from(held).sort()
  },
})
