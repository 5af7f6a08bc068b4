import { joinEvents } from '../dataset/join.js'
import { trainedBy } from '../evaluation/receipt.js'
import { predictingHead } from '../graph/heads.js'
import { lower, needsEvents } from '../program/lower.js'
import type { LoweredProgram } from '../program/lowered.js'
import { weightShapes } from '../program/restored.js'
import { measureOn } from '../run/measure.js'
import { describingColumns } from './describe.js'
import { foldInAnswers } from './foldin/index.js'
import { madeBy } from './madeby.js'
import type { Model } from './model.js'
import { withNewRows } from './newrows.js'
import { servingPrograms } from './posterior.js'
import { rankingAnswers } from './ranking/index.js'
import { predictor } from './ranking/scorer.js'
import { type ModelState, writeModel } from './write.js'

/** The model of a trained program. */
export const createModel = (program: LoweredProgram, state: ModelState): Model => {
  const { graph, dataset } = program
  const { seed, evaluation, validation, samples = [], compact = false } = state
  const programs = servingPrograms(program, samples)
  // the known events of users: training and validation events
  const known = validation ? joinEvents(dataset.events, validation) : dataset.events
  const { target } = predictingHead(graph)
  const { nearest, ...answers } = rankingAnswers(programs, compact ? undefined : known)
  const { vectorOf, ...folded } = foldInAnswers(programs)
  return {
    graph,
    ...(target?.classes ? { classes: target.classes } : {}),
    users: dataset.users,
    items: dataset.items,
    seed,
    madeBy: state.madeBy ?? madeBy(graph),
    compact,
    shapes: weightShapes(graph, new Map([...program.tables].map(([name, { height }]) => [name, height]))),
    programs,
    ...(evaluation ? { evaluation } : {}),
    predict: (users, items, events) => predictor(programs, predictingHead(graph))(users, items, events),
    ...answers,
    ...folded,
    columnsOf: (side) => describingColumns(graph, side),
    similarTo: async (side, entity, k, by = 'cosine') => nearest(vectorOf(side, entity), side, k, by),
    withNew: (rows) => createModel(withNewRows(program, rows), state),
    evaluate: async (data, on = 'test', options = {}) => {
      if (compact) throw needsEvents()
      const measured = await measureOn(program, samples, known, data, { ...options, seed, on })
      return trainedBy(measured, state.madeBy?.engine)
    },
    withWeights: (weights, engine) => {
      const { evaluation: _, samples: __, checkpoint: ___, ...rest } = state
      const { kernels, inputs } = program
      const trained = lower(graph, dataset, { kernels, seed, learned: inputs, restored: weights, compact })
      return createModel(trained, { ...rest, madeBy: { ...(state.madeBy ?? madeBy(graph)), engine } })
    },
    withEvaluation: ({ units, ...measured }) => createModel(program, { ...state, evaluation: measured }),
    save: (options) => writeModel(program, state, options),
  }
}
