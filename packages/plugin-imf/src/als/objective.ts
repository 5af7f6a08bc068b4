import { type Head, type Program, type Quadratic, tf } from '@recspec/core'
import type { ObservedCells } from '../score/cells.js'
import { type BoundTerm, type ScoreTerm, scoreFunction } from '../score/terms.js'

/** What the objective reads. */
export interface ObjectiveInputs {
  readonly program: Program
  readonly head: Head
  readonly quadratic: Quadratic
  /** The head's weight. */
  readonly headWeight: number
  readonly observed: ObservedCells
  readonly terms: readonly ScoreTerm[]
  readonly bound: readonly BoundTerm[]
  /** The constant of the score. */
  readonly constant: number
}

/** The exact objective of the graph at the current values of its tables, computed without visiting unobserved cells. */
export const objectiveOf = (inputs: ObjectiveInputs): (() => Promise<number>) => {
  const { program, head, observed, headWeight } = inputs
  const unobserved = headWeight * (inputs.quadratic.unobserved ?? 0)
  const offset = headWeight * lossOffset(inputs)
  const tables = [...new Set(inputs.terms.flatMap(({ user, item }) => [user.table, item.table]))]
    .filter((name) => name !== undefined)
    .map((name) => ({ ...program.tables.get(name)!, counts: program.counts(name, [head]) }))
  const score = scoreFunction(inputs.bound, inputs.constant)
  const { start, index, weight, target } = observed.user

  return async () => {
    let total = offset
    for (let user = 1; user + 1 < start.length; user++)
      for (let place = start[user]!; place < start[user + 1]!; place++) {
        const value = score(user, index[place]!)
        total += weight[place]! * (value - target[place]!) ** 2 - unobserved * value * value
      }
    if (unobserved > 0) total += unobserved * (await sumOfSquares(program, inputs.bound[0]!))
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
const sumOfSquares = async ({ kernels }: Program, { user, item, width, scale }: BoundTerm): Promise<number> => {
  const [left, right] = [await kernels.gram(user, width), await kernels.gram(item, width)]
  let total = 0
  for (let a = 0; a < width; a++)
    for (let b = 0; b < width; b++) total += left[a * width + b]! * right[a * width + b]! * scale[a]! * scale[b]!
  return total
}

/** Cells of one call of a loss. */
const CHUNK = 65_536

/** The loss summed over observed cells whose scores equal their targets: the part that `quadratic` leaves out. */
export const lossOffset = ({ head, observed }: Pick<ObjectiveInputs, 'head' | 'observed'>): number => {
  const { definition, params } = head.loss
  const [port] = Object.keys(definition.inputs) as [string]
  let total = 0
  for (let from = 0; from < observed.count; from += CHUNK) {
    const scores = observed.scoreTargets.slice(from, Math.min(observed.count, from + CHUNK))
    const losses = tf.tidy(() => {
      const score = { tensor: tf.tensor1d(scores) }
      const positive = tf.onesLike(score.tensor)
      const target = observed.ratings && tf.tensor1d(observed.ratings.slice(from, from + scores.length))
      return definition.apply(params, { [port]: score }, { positive, ...(target && { target }) }).dataSync()
    })
    for (const loss of losses) total += loss
  }
  return total
}
