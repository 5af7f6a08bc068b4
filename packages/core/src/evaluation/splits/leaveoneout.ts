import Type from 'typebox'
import type { Split } from '../../contract/split.js'

/** Each user's last event by (time, row), or by row where the data has no times; users with one event keep it. */
export const leaveOneOut: Split = {
  summary: "each user's last event by time, or by row where the data has no times; users with one event keep it",
  params: Type.Object({}, { additionalProperties: false }),
  holdOut: (_, { events, users }) => {
    const last = new Int32Array(users.ids.count).fill(-1)
    const several = new Uint8Array(users.ids.count)
    const at = (row: number) => (Number.isNaN(events.time?.[row]) ? -Infinity : (events.time?.[row] ?? 0))
    for (let row = 0; row < events.count; row++) {
      const user = events.user[row]!
      if (user < 0) continue
      if (last[user]! >= 0) several[user] = 1
      if (last[user]! < 0 || at(row) >= at(last[user]!)) last[user] = row
    }
    return last.filter((_, user) => several[user] === 1).sort()
  },
}
