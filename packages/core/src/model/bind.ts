import type { Dataset, Events } from '../dataset/dataset.js'
import { joinEvents } from '../dataset/join.js'
import { Failure } from '../failure.js'
import type { LoweredProgram } from '../program/lower.js'
import { answersOf } from './answer.js'
import { type Trait, writeModel } from './artifact.js'
import { interactionAnswers } from './explain.js'
import type { Evaluation, Model } from './model.js'
import { answering, type Draw } from './sample.js'
import { predicting, predictor } from './scorer.js'
import { measure } from './train.js'

/** A program whose training is over, as a model. */
export const modelOf = (program: LoweredProgram, trait: Trait): Model => {
  const { graph, dataset } = program
  const { seed, evaluation, aside, draws = [] } = trait
  const programs = answering(program, draws)
  // what users are known to have had: the events that were learnt from, and those that validated
  const known = aside ? joinEvents(dataset.events, aside) : dataset.events
  return {
    graph,
    users: dataset.users,
    items: dataset.items,
    seed,
    ...(evaluation ? { evaluation } : {}),
    predict: (users, items, events) => predictor(programs, predicting(graph))(users, items, events),
    ...answersOf(programs, known),
    ...interactionAnswers(programs),
    evaluate: (data) => evaluateOn(program, draws, known, data, seed),
    save: () => writeModel(program, trait),
  }
}

/** Test rows of a data set, or all its rows where it has none, against what the model was trained on. */
const evaluateOn = (
  program: LoweredProgram,
  draws: readonly Draw[],
  events: Events,
  data: Dataset,
  seed: number,
): Promise<Evaluation> => {
  const { candidates } = data
  const test = data.test ?? data.events
  if (test.count === 0) throw new Failure('data', 'no test rows')
  const training = { ...program.dataset, events, ...(candidates ? { candidates } : {}) }
  return measure(program, draws, { training, test, split: { type: 'given' } }, program.graph, seed)
}
