import { joinEvents } from '../dataset/join.js'
import { predictingHead } from '../graph/heads.js'
import type { LoweredProgram } from '../program/lowered.js'
import { measureOn } from '../run/measure.js'
import { foldInAnswers } from './foldin/index.js'
import type { Model } from './model.js'
import { servingPrograms } from './posterior.js'
import { rankingAnswers } from './ranking/index.js'
import { predictor } from './ranking/scorer.js'
import { type ModelState, writeModel } from './write.js'

/** A program whose training is over, as a model. */
export const createModel = (program: LoweredProgram, trait: ModelState): Model => {
  const { graph, dataset } = program
  const { seed, evaluation, validation, samples = [] } = trait
  const programs = servingPrograms(program, samples)
  // what users are known to have had: the events that were learned from, and those that validated
  const known = validation ? joinEvents(dataset.events, validation) : dataset.events
  return {
    graph,
    users: dataset.users,
    items: dataset.items,
    seed,
    ...(evaluation ? { evaluation } : {}),
    predict: (users, items, events) => predictor(programs, predictingHead(graph))(users, items, events),
    ...rankingAnswers(programs, known),
    ...foldInAnswers(programs),
    evaluate: (data, on = 'test') => measureOn(program, samples, known, data, { seed, on }),
    save: () => writeModel(program, trait),
  }
}
