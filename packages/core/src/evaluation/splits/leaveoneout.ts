import { below, key } from '@recspec/kernels'
import { split } from '../../contract/split.js'
import { Type } from '../../contract/type.js'
import { grouped, sortByTime } from '../../dataset/group.js'

/** One event of each user, the latest by (time, row) or a random one; users with one event keep it. */
export const leaveOneOut = split({
  summary: "each user's latest event, or a random one; users with one event keep it",
  params: Type.Object(
    {
      which: Type.Optional(
        Type.Enum(['latest', 'random'], {
          description: '`latest` (default): by time, and of equal times by row; `random` needs no times',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  holdOut: ({ which }, { events, users }, seed) => {
    const own = grouped(events.user, users.ids.count)
    const random = which === 'random'
    if (!random && !events.time) throw new Error('split "leave-one-out" needs a time column, or "which": "random"')
    const { start, rows } = random ? own : sortByTime(own, events.time!)
    const held: number[] = []
    for (let user = 0; user < users.ids.count; user++) {
      const count = start[user + 1]! - start[user]!
      if (count < 2) continue
      held.push(rows[start[user]! + (random ? below(count, key(seed, 0x4c4f), user) : count - 1)]!)
    }
    return Int32Array.from(held).sort()
  },
})
