import type { FusedEpoch, FusedLoss, FusedSide } from '../kernels.js'
import { below, mix, permutation, uniform } from '../random.js'
import { slots, steps } from '../rules/index.js'
import { type Plan, penalties, plan } from './plan.js'

/** Draws of one negative before it is left out, when items of the user are refused. */
const TRIES = 32

/** ln(1 + eˣ). */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** Loss and slope of a score against a target (a difference of scores against 1 for bpr). */
const losses: Readonly<Record<FusedLoss, (score: number, target: number) => readonly [loss: number, slope: number]>> = {
  squares: (score, target) => [(score - target) ** 2, 2 * (score - target)],
  absolute: (score, target) => [Math.abs(score - target), Math.sign(score - target)],
  logistic: (score, target) => [softplus(score) - target * score, sigmoid(score) - target],
  bpr: (score) => [softplus(-score), -sigmoid(-score)],
}

/** A side at work: its state, penalties and a place for gradients. */
const sideOf = (work: FusedEpoch, side: FusedSide) => {
  const { rule, rate } = work
  const factor = penalties(side)
  const gradient = new Float64Array(side.width)
  const { move } = steps[rule.name]
  return {
    ...side,
    /** Row `row` follows slope · other + penalty · row in its trained segments. */
    follow(row: number, slope: number, other: Float64Array, step: number) {
      const start = row * side.width
      side.segments.forEach(({ from, width, trained }, s) => {
        if (!trained) return
        const penalty = factor[s]![row]!
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
  const { events, negatives, loss, offset } = work
  const width = work.users.width
  const users = sideOf(work, work.users)
  const items = sideOf(work, work.items)
  const x = new Float64Array(width)
  const y = new Float64Array(width)
  const owned = new Set<number>()
  const edge = cut.edges[g]!
  const size = cut.edges[g + 1]! - edge
  const popular = cut.cumulative?.subarray(edge, edge + size)
  let sum = 0
  let step = work.step + done

  const copy = (into: Float64Array, side: FusedSide, row: number) => {
    for (let z = 0; z < width; z++) into[z] = side.rows[row * width + z]!
  }
  const dot = () => {
    let score = 0
    for (let z = 0; z < width; z++) score += x[z]! * y[z]!
    return score
  }
  const drawn = (visit: number, draw: number): number => {
    if (!popular) return cut.pool[edge + below(size, visit, draw)]!
    const at = uniform(visit, draw) * popular[size - 1]!
    let low = 0
    for (let high = size - 1; low < high; ) {
      const middle = (low + high) >> 1
      if (popular[middle]! > at) high = middle
      else low = middle + 1
    }
    return cut.pool[edge + low]!
  }
  const point = (user: number, item: number, target: number) => {
    copy(x, users, user)
    copy(y, items, item)
    const [value, slope] = losses[loss](dot() + offset, target)
    sum += value
    items.follow(item, slope, x, step)
    users.follow(user, slope, y, step)
  }
  const pair = (user: number, positive: number, negative: number) => {
    copy(x, users, user)
    for (let z = 0; z < width; z++) y[z] = items.rows[positive * width + z]! - items.rows[negative * width + z]!
    const [value, slope] = losses[loss](dot(), 1)
    sum += value
    items.follow(positive, slope, x, step)
    items.follow(negative, -slope, x, step)
    users.follow(user, slope, y, step)
  }

  const first = cut.bounds[b]!
  const order = permutation(cut.bounds[b + 1]! - first, mix(cut.orders, 1 + b * cut.grid + g))
  for (const shift of order) {
    const user = first + shift
    const mine: number[] = []
    for (let at = events.start[user]!; at < events.start[user + 1]!; at++) {
      if (cut.group[events.index[at]!] === g) mine.push(at)
    }
    if (mine.length === 0) continue
    const visit = mix(mix(cut.base, user), g)
    const draws = mix(visit, 1)
    owned.clear()
    if (negatives.excludeObserved) for (const at of mine) owned.add(events.index[at]!)
    let draw = 0
    for (const turn of permutation(mine.length, mix(visit, 0))) {
      const at = mine[turn]!
      const positive = events.index[at]!
      step++
      if (loss !== 'bpr') point(user, positive, loss === 'logistic' ? 1 : events.values ? events.values[at]! : 1)
      for (let n = 0; n < negatives.count; n++) {
        if (popular && !(popular[size - 1]! > 0)) break
        let negative = drawn(draws, draw++)
        for (let tries = 1; tries < TRIES && owned.has(negative); tries++) negative = drawn(draws, draw++)
        if (owned.has(negative)) continue
        if (loss === 'bpr') pair(user, positive, negative)
        else point(user, negative, 0)
      }
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
