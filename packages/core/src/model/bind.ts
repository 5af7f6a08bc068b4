import { joinEvents } from '../dataset/join.js'
import type { LoweredProgram } from '../program/lowered.js'
import { answersOf } from './answer.js'
import { interactionAnswers } from './explain.js'
import { measureOn } from './measure.js'
import type { Model } from './model.js'
import { answering } from './sample.js'
import { predicting, predictor } from './scorer.js'
import { type Trait, writeModel } from './write.js'

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
    evaluate: (data, on = 'test') => measureOn(program, draws, known, data, { seed, on }),
    save: () => writeModel(program, trait),
  }
}
