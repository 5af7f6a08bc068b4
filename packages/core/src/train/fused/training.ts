import type { FusedModel, FusedNegatives } from '@recspec/kernels'
import { squares } from '@recspec/kernels'
import type { Slope } from '../../contract/loss.js'
import type { Negatives } from '../../contract/negatives.js'
import type { FitOptions } from '../../contract/solver.js'
import type { Problem } from '../../graph/problem.js'
import { scoreVjp } from '../../graph/vjp.js'
import type { LoweredProgram } from '../../program/lowered.js'
import { itemWeights, negativeSampler } from '../../program/sampling.js'
import type { OptimizerPair } from '../optimizer.js'
import { packSide, slicesOf } from './pack.js'
import type { Fused } from './plan.js'

/** The data shared by per-example and mini-batch fused descent. */
export interface FusedTraining {
  readonly plan: Fused
  readonly program: LoweredProgram
  readonly run: FitOptions
  /** The packed model, without the constant of its score. */
  readonly model: FusedModel
  /** The constant of the score: its value when all vectors are zero. */
  offset(): number
  readonly slope: Slope
  readonly negatives: Negatives | undefined
  /** Packs the tables before kernels run, and unpacks them after. */
  begin(): void
  end(): void
  /** Optimizer state by name: the live arrays, not copies. */
  readonly state: ReadonlyMap<string, Float32Array>
}

export const fusedTraining = (
  optimizer: OptimizerPair,
  plan: Fused,
  problem: Problem,
  program: LoweredProgram,
  run: FitOptions,
): FusedTraining => {
  const { head, terms } = plan
  const { graph, trains } = problem
  const { dataset } = program
  const users = packSide(program, problem, optimizer, slicesOf(graph, terms, 'user'), dataset.users.ids.count + 1)
  const items = packSide(program, problem, optimizer, slicesOf(graph, terms, 'item'), dataset.items.ids.count + 1)
  const { definition, params } = head.loss
  const { negatives, reads: readings = { user: 1, item: 1 } } = definition.examples(params)
  const slope = definition.slope!(params, dataset.items.ids.count)!
  const trainedStates = [users, items].flatMap(({ states }) => [...states].filter(([name]) => trains.has(name)))
  return {
    plan,
    program,
    run,
    slope,
    negatives,
    model: {
      users: users.side,
      items: items.side,
      offset: 0,
      optimizer: optimizer.tables,
      // placeholder where the loss has no kernel: its slope function is called instead
      loss: 'kernel' in slope ? slope.kernel : squares,
      readings,
      negatives: negatives ? packedNegatives(negatives, slope, program) : { count: 0, hard: 1, excludeObserved: false },
    },
    offset: () => scoreVjp(graph, head.inputs[0]!, program.weightsOf, trains).constant,
    begin: () => {
      users.load()
      items.load()
    },
    end: () => {
      users.store()
      items.store()
    },
    state: new Map(trainedStates.map(([name, state]) => [`state ${name}`, state])),
  }
}

/** Negatives in the form of the kernel: indexed by rows of the item table; row 0 is not an item. */
const packedNegatives = (negatives: Negatives, slope: Slope, program: LoweredProgram): FusedNegatives => {
  const { graph, dataset } = program
  const { count } = dataset.items.ids
  const { logQ } = negativeSampler(graph, negatives, dataset, program.interactions('user'))
  const correction = 'kernel' in slope ? (slope.correction ?? 1) : 1
  const byRow = <A extends Float32Array | Float64Array>(array: A, value: (item: number) => number): A => {
    for (let item = 0; item < count; item++) array[item + 1] = value(item)
    return array
  }
  const weights = itemWeights(graph, negatives, dataset)
  return {
    count: negatives.count,
    hard: negatives.hard,
    excludeObserved: negatives.exclude === 'observed',
    ...(weights instanceof Float64Array
      ? { popularity: byRow(new Float64Array(count + 1), (item) => weights[item]!) }
      : {}),
    ...(negatives.correct
      ? { logQ: byRow(program.kernels.float32(count + 1), (item) => correction * logQ(-1, item)) }
      : {}),
  }
}
