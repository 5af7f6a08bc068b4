import { key } from '@recspec/kernels'
import { Failure } from '../failure.js'
import type { Problem } from '../graph/problem.js'
import { bufferPool } from '../program/leaves.js'
import type { LoweredProgram } from '../program/lowered.js'
import type { Program } from '../program/program.js'
import { sameExamples } from './descent.js'
import { penalties, penaltyOf, trainedWeights } from './penalty.js'
import { headGroups } from './tfjs/executor.js'
import { batchGradients, type OnLeaf } from './tfjs/gradients.js'
import { eachRow } from './tfjs/table.js'

/** Σ loss + penalty over some examples, and its gradients by trained tables and weights. */
export interface ObjectiveValue {
  /** Sum of the weighted losses of all heads over the examples. */
  readonly loss: number
  /** Σ l2 · Σ_rows n_row^nu · ‖row‖², times the share of the examples: the parts of a pass sum to the whole. */
  readonly penalty: number
  /** Gradient of loss + penalty by table: [height, dim]. */
  readonly tables: ReadonlyMap<string, Float32Array>
  /** Gradient of loss + penalty by dense weight, `<node>.<weight>`. */
  readonly weights: ReadonlyMap<string, Float32Array>
}

/** The number that a phase minimizes, for solvers that need its value and gradients. */
export interface Objective {
  /** Examples of one pass: events, users with events, cells, or sequences of events. */
  readonly examples: number
  /** What reported losses are divided by: `examples`, or the events of all sequences. */
  readonly terms: number
  /**
   * The objective of these examples (indices from 0 to examples − 1; default all), batched in this order, at the
   * current weights. Layers run as in training. Throws a `Failure` where the loss is not finite.
   */
  evaluate(chosen?: Int32Array): ObjectiveValue
}

/** How an objective is evaluated. */
export interface ObjectiveOptions {
  /** Examples evaluated at once; default 256. In-batch negatives come from this many examples. */
  readonly batchSize?: number
  /** Key of negatives and dropout: the same key gives the same numbers; default 0. */
  readonly seed?: number
  /** The epoch, from 0, at which a head's scheduled weight is taken; default 0. */
  readonly epoch?: number
}

/**
 * The objective of a problem on the program that a solver is given. Deterministic: with one seed, every call draws the
 * same negatives. Throws a `Failure` where the heads have examples of different kinds.
 */
export const objectiveOf = (problem: Problem, given: Program, options: ObjectiveOptions = {}): Objective => {
  const { batchSize = 256, seed = 0, epoch = 0 } = options
  const program = given as LoweredProgram
  if (!sameExamples(problem.graph, problem.heads))
    throw new Failure(
      'training',
      'heads share an objective only where their examples are of one kind',
      'train them in separate phases',
    )
  const groups = headGroups(problem, program)
  const bound = program.bind(program.dataset.events)
  const tablePenalties = penalties(problem, program)
  const dense = trainedWeights(problem)
  const pool = bufferPool(program.kernels)
  const { count: examples, examples: terms = examples } = groups[0]!.sampler
  const steps = Math.ceil(examples / batchSize)
  const all = Int32Array.from({ length: examples }, (_, k) => k)

  const evaluate = (chosen: Int32Array = all): ObjectiveValue => {
    const tables = new Map(
      [...tablePenalties.keys()].map((name) => [name, new Float32Array(program.tables.get(name)!.values.length)]),
    )
    const weights = new Map(dense.map(({ name }) => [name, new Float32Array(program.weights.get(name)!.length)]))
    let loss = 0
    for (let place = 0; place * batchSize < chosen.length; place++) {
      const batch = chosen.subarray(place * batchSize, (place + 1) * batchSize)
      for (const { group, sampler } of groups) {
        const sampled = sampler.sample(batch, key(seed, epoch), place)
        const onLeaf: OnLeaf = ({ node, lookup }, _, gradient) => {
          const { dim } = program.tables.get(node.table)!.spec
          const sums = tables.get(node.table)!
          eachRow(lookup, (row, from, weight) => {
            for (let lane = 0; lane < dim; lane++)
              sums[row * dim + lane]! += weight * sampled.examples * gradient[from * dim + lane]!
          })
        }
        const step = epoch * steps + place
        const random = key(seed, epoch, place)
        const found = batchGradients(program, group, sampled, bound, random, step, steps, pool, onLeaf)
        loss += found.loss
        for (const [name, gradient] of found.weights) {
          const sums = weights.get(name)!
          for (let k = 0; k < sums.length; k++) sums[k]! += sampled.examples * gradient[k]!
        }
      }
    }
    const share = chosen.length / examples
    for (const [name, { l2, nu, counts }] of tablePenalties) {
      const { values, spec } = program.tables.get(name)!
      if (l2 > 0)
        addPenalty(tables.get(name)!, values, spec.dim, (row) =>
          counts[row] === 0 ? 0 : share * l2 * counts[row]! ** nu,
        )
    }
    for (const { name, l2, nu } of dense) {
      const values = program.weights.get(name)!
      if (l2 > 0) addPenalty(weights.get(name)!, values, values.length, () => share * l2 * terms ** nu)
    }
    return { loss, penalty: share * penaltyOf(program, tablePenalties, dense, terms), tables, weights }
  }
  return { examples, terms, evaluate }
}

/** Adds 2 · factor(row) · row to each row of a gradient. */
const addPenalty = (sums: Float32Array, values: Float32Array, dim: number, factor: (row: number) => number) => {
  for (let row = 0; row * dim < sums.length; row++) {
    const scale = 2 * factor(row)
    for (let k = row * dim; k < (row + 1) * dim; k++) sums[k]! += scale * values[k]!
  }
}
