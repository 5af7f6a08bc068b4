import type { Dataset, Events } from '../dataset/dataset.js'
import { joinEvents } from '../dataset/join.js'
import { Failure } from '../failure.js'
import type { LoweredProgram } from '../program/lower.js'
import { answersOf } from './answer.js'
import { type Trait, writeModel } from './artifact.js'
import type { Evaluation, Model } from './model.js'
import { predicting, predictor } from './scorer.js'
import { measure } from './train.js'

/** A program whose training is over, as a model. */
export const modelOf = (program: LoweredProgram, trait: Trait): Model => {
  const { graph, dataset } = program
  const { seed, evaluation, aside } = trait
  // what users are known to have had: the events that were learnt from, and those that validated
  const known = aside ? joinEvents(dataset.events, aside) : dataset.events
  return {
    graph,
    users: dataset.users,
    items: dataset.items,
    seed,
    ...(evaluation ? { evaluation } : {}),
    predict: (users, items, events) => predictor(program, predicting(graph))(users, items, events),
    ...answersOf(program, known),
    evaluate: (data) => evaluateOn(program, known, data, seed),
    save: () => writeModel(program, trait),
  }
}

/** Test rows of a data set, or all its rows where it has none, against what the model was trained on. */
const evaluateOn = (program: LoweredProgram, events: Events, data: Dataset, seed: number): Promise<Evaluation> => {
  const { candidates } = data
  const test = data.test ?? data.events
  if (test.count === 0) throw new Failure('data', 'no test rows')
  const training = { ...program.dataset, events, ...(candidates ? { candidates } : {}) }
  return measure(program, { training, test, split: { type: 'given' } }, program.graph, seed)
}
