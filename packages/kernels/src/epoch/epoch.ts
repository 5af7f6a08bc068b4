import type { FusedEpoch, FusedSide } from '../kernels.js'
import { losses } from '../losses/index.js'
import { below, mix, permutation, uniform } from '../random.js'
import { slots, steps } from '../rules/index.js'
import { bisect } from '../search.js'
import { type Plan, penalties, plan } from './plan.js'

/** Draws of one negative before it is left out, when items of the user are refused. */
const TRIES = 32

/** A side at work: its state, penalties and a place for gradients. */
const sideOf = (work: FusedEpoch, side: FusedSide) => {
  const { rule, rate } = work
  const factor = penalties(side)
  const gradient = new Float64Array(side.width)
  const { move } = steps[rule.name]
  return {
    ...side,
    /** Row `row` follows slope · other + readings · penalty · row in its trained segments. */
    follow(row: number, slope: number, other: Float64Array, readings: number, step: number) {
      const start = row * side.width
      side.segments.forEach(({ from, width, trained }, s) => {
        if (!trained) return
        const penalty = readings * factor[s]![row]!
        for (let z = 0; z < width; z++) {
          gradient[z] = slope * other[from + z]! + penalty * side.rows[start + from + z]!
        }
        const slot = row * slots(rule, width)
        const place = { values: side.rows, at: start + from, state: side.state[s]!, slot, width }
        move(rule.parameters, place, gradient, rate, step)
      })
    },
  }
}

/** One block of the grid; returns the summed loss. `done` events came before its stratum. */
const block = (work: FusedEpoch, cut: Plan, b: number, g: number, done: number): number => {
  const { events, negatives, loss, offset, readings } = work
  const { count, of, logQ } = negatives
  const width = work.users.width
  const users = sideOf(work, work.users)
  const items = sideOf(work, work.items)
  const x = new Float64Array(width)
  const along = new Float64Array(width)
  const list = new Int32Array(1 + count)
  const scores = new Float64Array(1 + count)
  const slopes = new Float64Array(1 + count)
  const edge = cut.edges[g]!
  const size = cut.edges[g + 1]! - edge
  const popular = cut.cumulative?.subarray(edge, edge + size)
  const none = popular !== undefined && !(popular[size - 1]! > 0)
  let sum = 0
  let step = work.step + done

  const score = (item: number): number => {
    let found = offset
    for (let z = 0; z < width; z++) found += x[z]! * items.rows[item * width + z]!
    return logQ ? found - logQ[item]! : found
  }
  const drawn = (visit: number, draw: number): number =>
    cut.pool[edge + (popular ? bisect(popular, uniform(visit, draw) * popular[size - 1]!) : below(size, visit, draw))]!

  const first = cut.bounds[b]!
  /** What a user has to do in this block: its events in random order, and where its draws stand. */
  const visitOf = (user: number) => {
    const mine: number[] = []
    for (let at = events.start[user]!; at < events.start[user + 1]!; at++) {
      if (cut.group[events.index[at]!] === g) mine.push(at)
    }
    const visit = mix(mix(cut.base, user), g)
    const turns = Array.from(permutation(mine.length, mix(visit, 0)), (turn) => mine[turn]!)
    const owned = new Set(negatives.excludeObserved ? mine.map((at) => events.index[at]!) : [])
    return { user, turns, owned, draws: mix(visit, 1), draw: 0 }
  }
  const take = (visit: ReturnType<typeof visitOf>, at: number) => {
    const { user, owned, draws } = visit
    step++
    for (let z = 0; z < width; z++) x[z] = users.rows[user * width + z]!
    list[0] = events.index[at]!
    scores[0] = score(list[0]!)
    let length = 1
    for (let n = 0; n < count && !none; n++) {
      let best = -1
      for (let candidate = 0; candidate < of; candidate++) {
        let negative = drawn(draws, visit.draw++)
        for (let tries = 1; tries < TRIES && owned.has(negative); tries++) negative = drawn(draws, visit.draw++)
        if (owned.has(negative)) continue
        const found = score(negative)
        if (best >= 0 && !(found > scores[length]!)) continue
        best = negative
        scores[length] = found
      }
      if (best >= 0) list[length++] = best
    }
    sum += losses[loss.name](loss.parameters, scores, length, events.values ? events.values[at]! : 1, slopes)
    along.fill(0)
    for (let j = 0; j < length; j++) {
      for (let z = 0; z < width; z++) along[z]! += slopes[j]! * items.rows[list[j]! * width + z]!
    }
    for (let j = 0; j < length; j++) items.follow(list[j]!, slopes[j]!, x, j === 0 ? readings.item : 1, step)
    users.follow(user, 1, along, readings.user, step)
  }

  const last = cut.bounds[b + 1]!
  for (let user = first; user < last; user += 2) {
    const visits = user + 1 < last ? [visitOf(user), visitOf(user + 1)] : [visitOf(user)]
    const most = Math.max(...visits.map(({ turns }) => turns.length))
    for (let turn = 0; turn < most; turn++) {
      for (const visit of visits) if (turn < visit.turns.length) take(visit, visit.turns[turn]!)
    }
  }
  return sum
}

/** How many events each stratum holds. */
const strata = ({ events }: FusedEpoch, { grid, bounds, group }: Plan): Float64Array => {
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
 * Per-example descent over all events once; returns the summed loss before each update. Examples of a stratum count as
 * simultaneous for Adam: the step of the n-th event of a block is `step` + the events of earlier strata + n.
 */
export const epoch = (work: FusedEpoch): number => {
  const cut = plan(work)
  const counts = strata(work, cut)
  let sum = 0
  let done = 0
  for (let stratum = 0; stratum < cut.grid; stratum++) {
    for (let b = 0; b < cut.grid; b++) sum += block(work, cut, b, (b + stratum) % cut.grid, done)
    done += counts[stratum]!
  }
  return sum
}
