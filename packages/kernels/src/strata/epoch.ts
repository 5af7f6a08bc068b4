import { constants } from '../boundary.generated.js'
import type { FusedEpoch, FusedSide } from '../fused.js'
import { slots } from '../optimizers/optimizer.js'
import { below, mix, permutation, uniform } from '../random.js'
import { bisect } from '../search.js'
import { type Plan, penalties, plan } from './plan.js'

const { MAX_DRAWS } = constants['strata/example']

/** One side in an epoch, with the optimizer step of a row. */
const sideOf = (work: FusedEpoch, side: FusedSide) => {
  const { optimizer, rate } = work
  const factor = penalties(side)
  const gradient = new Float64Array(side.width)
  return {
    ...side,
    /** One step of a row's trained segments along slope · other + readings · penalty · row. */
    update(row: number, slope: number, other: Float64Array, readings: number, step: number) {
      const start = row * side.width
      side.segments.forEach(({ from, width, trained }, s) => {
        if (!trained) return
        const penalty = readings * factor[s]![row]!
        for (let z = 0; z < width; z++) {
          gradient[z] = slope * other[from + z]! + penalty * side.rows[start + from + z]!
        }
        const slot = row * slots(optimizer, width)
        const place = { values: side.rows, at: start + from, state: side.state[s]!, slot, width }
        optimizer.rule.update(optimizer.parameters, place, gradient, rate, step)
      })
    },
  }
}

/** One block of the grid; returns the summed loss. `done`: events of earlier strata. */
const block = (work: FusedEpoch, cut: Plan, b: number, g: number, done: number): number => {
  const { events, negatives, loss, offset, readings } = work
  const { count, hard, logQ } = negatives
  const width = work.users.width
  const users = sideOf(work, work.users)
  const items = sideOf(work, work.items)
  const x = new Float64Array(width)
  const gradient = new Float64Array(width)
  const list = new Int32Array(1 + count)
  const scores = new Float64Array(1 + count)
  const slopes = new Float64Array(1 + count)
  const edge = cut.edges[g]!
  const size = cut.edges[g + 1]! - edge
  const popular = cut.cumulative?.subarray(edge, edge + size)
  const none = popular !== undefined && !(popular[size - 1]! > 0)
  let sum = 0
  let step = work.step + done

  const scoreOf = (item: number): number => {
    let score = offset
    for (let z = 0; z < width; z++) score += x[z]! * items.rows[item * width + z]!
    return logQ ? score - logQ[item]! : score
  }
  const drawItem = (key: number, draw: number): number =>
    cut.pool[edge + (popular ? bisect(popular, uniform(key, draw) * popular[size - 1]!) : below(size, key, draw))]!

  /**
   * A user's work in this block: its events in random order, its observed items, the key of its draws and the next
   * draw.
   */
  const visitOf = (user: number) => {
    const mine: number[] = []
    for (let at = events.start[user]!; at < events.start[user + 1]!; at++) {
      if (cut.group[events.index[at]!] === g) mine.push(at)
    }
    const visit = mix(mix(cut.base, user), g)
    const order = Array.from(permutation(mine.length, mix(visit, 0)), (turn) => mine[turn]!)
    const observed = new Set(negatives.excludeObserved ? mine.map((at) => events.index[at]!) : [])
    return { user, order, observed, key: mix(visit, 1), draw: 0 }
  }
  /** The slope and the readings of each item of a list: an item that is drawn twice moves once. */
  const byItem = (length: number): ReadonlyMap<number, { slope: number; read: number }> => {
    const found = new Map<number, { slope: number; read: number }>()
    for (let j = 0; j < length; j++) {
      const { slope, read } = found.get(list[j]!) ?? { slope: 0, read: 0 }
      found.set(list[j]!, { slope: slope + slopes[j]!, read: read + (j === 0 ? readings.item : 1) })
    }
    return found
  }
  const trainExample = (visit: ReturnType<typeof visitOf>, at: number) => {
    const { user, observed, key } = visit
    step++
    for (let z = 0; z < width; z++) x[z] = users.rows[user * width + z]!
    list[0] = events.index[at]!
    scores[0] = scoreOf(list[0]!)
    let length = 1
    for (let n = 0; n < count && !none; n++) {
      let best = -1
      for (let candidate = 0; candidate < hard; candidate++) {
        let negative = drawItem(key, visit.draw++)
        for (let tries = 1; tries < MAX_DRAWS && observed.has(negative); tries++) {
          negative = drawItem(key, visit.draw++)
        }
        if (observed.has(negative)) continue
        const score = scoreOf(negative)
        if (best >= 0 && !(score > scores[length]!)) continue
        best = negative
        scores[length] = score
      }
      if (best >= 0) list[length++] = best
    }
    sum += loss.reference(loss.parameters, scores, length, events.values ? events.values[at]! : 1, slopes)
    gradient.fill(0)
    for (let j = 0; j < length; j++) {
      for (let z = 0; z < width; z++) gradient[z]! += slopes[j]! * items.rows[list[j]! * width + z]!
    }
    for (const [item, { slope, read }] of byItem(length)) items.update(item, slope, x, read, step)
    users.update(user, 1, gradient, readings.user, step)
  }

  const last = cut.bounds[b + 1]!
  for (let user = cut.bounds[b]!; user < last; user += 2) {
    const visits = user + 1 < last ? [visitOf(user), visitOf(user + 1)] : [visitOf(user)]
    const most = Math.max(...visits.map(({ order }) => order.length))
    for (let turn = 0; turn < most; turn++) {
      for (const visit of visits) if (turn < visit.order.length) trainExample(visit, visit.order[turn]!)
    }
  }
  return sum
}

/** Events of each stratum. */
const strataSizes = ({ events }: FusedEpoch, { grid, bounds, group }: Plan): Float64Array => {
  const counts = new Float64Array(grid)
  for (let b = 0; b < grid; b++) {
    for (let at = events.start[bounds[b]!]!; at < events.start[bounds[b + 1]!]!; at++) {
      const g = group[events.index[at]!]!
      const stratum = (g - b + grid) % grid
      if (g >= 0) counts[stratum] = counts[stratum]! + 1
    }
  }
  return counts
}

/**
 * Per-example descent over all events once, in strata of blocks that share no row (Gemulla et al., KDD 2011); resolves
 * to the loss summed before each update. For bias correction the n-th event of a block is step `step` + the events of
 * earlier strata + n.
 */
export const epoch = async (work: FusedEpoch): Promise<number> => {
  const cut = plan(work)
  const sizes = strataSizes(work, cut)
  let sum = 0
  let done = 0
  for (let stratum = 0; stratum < cut.grid; stratum++) {
    for (let b = 0; b < cut.grid; b++) sum += block(work, cut, b, (b + stratum) % cut.grid, done)
    done += sizes[stratum]!
    await work.onStratum?.(done, sum)
  }
  return sum
}
