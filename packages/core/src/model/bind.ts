import type { Dataset } from '../dataset/dataset.js'
import { Failure } from '../failure.js'
import type { LoweredProgram } from '../program/lower.js'
import { answersOf } from './answer.js'
import { writeModel } from './artifact.js'
import type { Evaluation, Model } from './model.js'
import { predicting, predictor } from './scorer.js'
import { measure } from './train.js'

/** A program whose training is over, as a model. */
export const modelOf = (
  program: LoweredProgram,
  { seed, evaluation }: { readonly seed: number; readonly evaluation?: Evaluation },
): Model => {
  const { graph, dataset } = program
  return {
    graph,
    users: dataset.users,
    items: dataset.items,
    seed,
    ...(evaluation ? { evaluation } : {}),
    predict: (users, items) => predictor(program, predicting(graph))(users, items),
    ...answersOf(program),
    evaluate: (data) => evaluateOn(program, data, seed),
    save: () => writeModel(program, { seed, ...(evaluation ? { evaluation } : {}) }),
  }
}

/** Test rows of a data set, or all its rows where it has none, against what the model was trained on. */
const evaluateOn = (program: LoweredProgram, data: Dataset, seed: number): Promise<Evaluation> => {
  const { candidates } = data
  const test = data.test ?? data.events
  if (test.count === 0) throw new Failure('data', 'no test rows')
  const training = { ...program.dataset, ...(candidates ? { candidates } : {}) }
  return measure(program, { training, test, split: { type: 'given' } }, program.graph, seed)
}
