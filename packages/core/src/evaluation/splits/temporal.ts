import type { Split } from '../../contract/split.js'
import { Share, shareOf } from './share.js'

/** The newest share of all events, by (time, row). */
export const temporal: Split = {
  summary: 'the newest share of all events, by time',
  params: Share,
  holdOut: (params, { events }) => {
    if (!events.time) throw new Error('split "temporal" needs a time column')
    const time = events.time.map((value) => (Number.isNaN(value) ? -Infinity : value))
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
}
