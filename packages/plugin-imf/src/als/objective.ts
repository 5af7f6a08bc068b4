import { type Head, type Program, type Quadratic, tf } from '@recspec/core'
import type { Observed } from '../score/cells.js'
import { type BoundPiece, type Piece, scorer } from '../score/pieces.js'

/** What the objective is made of. */
export interface Parts {
  readonly program: Program
  readonly head: Head
  readonly quadratic: Quadratic
  /** The head's weight. */
  readonly scale: number
  readonly observed: Observed
  readonly pieces: readonly Piece[]
  readonly bound: readonly BoundPiece[]
  readonly constant: number
}

/** The objective of the graph at the tables of the moment, exact, without visiting unobserved cells. */
export const objectiveOf = (parts: Parts): (() => Promise<number>) => {
  const { program, head, observed, scale } = parts
  const unobserved = scale * (parts.quadratic.unobserved ?? 0)
  const floor = scale * leastLoss(parts)
  const tables = [...new Set(parts.pieces.flatMap(({ user, item }) => [user.table, item.table]))]
    .filter((name) => name !== undefined)
    .map((name) => ({ ...program.tables.get(name)!, counts: program.counts(name, [head]) }))
  const score = scorer(parts.bound, parts.constant)
  const { start, index, weight, target } = observed.user

  return async () => {
    let total = floor
    for (let user = 1; user + 1 < start.length; user++)
      for (let place = start[user]!; place < start[user + 1]!; place++) {
        const value = score(user, index[place]!)
        total += weight[place]! * (value - target[place]!) ** 2 - unobserved * value * value
      }
    if (unobserved > 0) total += unobserved * (await sumOfSquares(program, parts.bound[0]!))
    for (const { spec, height, values, counts } of tables)
      if (spec.l2 > 0)
        for (let row = 0; row < height; row++) {
          let norm = 0
          for (let at = row * spec.dim; at < (row + 1) * spec.dim; at++) norm += values[at]! * values[at]!
          if (norm > 0) total += spec.l2 * counts[row]! ** spec.nu * norm
        }
    return total
  }
}

/** Σ over all cells of ŷ², from the Gram matrices of both sides. */
const sumOfSquares = async ({ kernels }: Program, { user, item, width, scale }: BoundPiece): Promise<number> => {
  const [left, right] = [await kernels.gram(user, width), await kernels.gram(item, width)]
  let total = 0
  for (let a = 0; a < width; a++)
    for (let b = 0; b < width; b++) total += left[a * width + b]! * right[a * width + b]! * scale[a]! * scale[b]!
  return total
}

const chunk = 65_536

/** What the loss comes to where every observed score meets its goal: the part of it that `quadratic` leaves out. */
export const leastLoss = ({ head, observed }: Pick<Parts, 'head' | 'observed'>): number => {
  const { definition, params } = head.loss
  const [port] = Object.keys(definition.inputs) as [string]
  let total = 0
  for (let from = 0; from < observed.count; from += chunk) {
    const goals = observed.goals.slice(from, Math.min(observed.count, from + chunk))
    const losses = tf.tidy(() => {
      const score = { tensor: tf.tensor1d(goals) }
      const positive = tf.onesLike(score.tensor)
      const target = observed.values && tf.tensor1d(observed.values.slice(from, from + goals.length))
      return definition.apply(params, { [port]: score }, { positive, ...(target && { target }) }).dataSync()
    })
    for (const loss of losses) total += loss
  }
  return total
}
