import type { Dataset, Events } from '../dataset/dataset.js'
import { observed } from '../dataset/observed.js'
import { sparse } from '../dataset/sparse.js'
import { type EvaluateOptions, evaluate } from '../evaluation/evaluate.js'
import { carve, type Held, holdOut } from '../evaluation/hold.js'
import { parseMetric } from '../evaluation/parse.js'
import type { EvaluationSpec } from '../evaluation/spec.js'
import { Failure } from '../failure.js'
import type { Graph } from '../graph/graph.js'
import type { LoweredProgram } from '../program/lowered.js'
import { targetOf } from '../program/target.js'
import type { Evaluation } from './model.js'
import type { Draw } from './sample.js'
import { predicting, scorerOf } from './scorer.js'

/** Evaluation speaks in bare sentences; here they are about the data. */
const ofData = <T>(work: () => T): T => {
  const explained = (error: unknown): never => {
    if (error instanceof Failure || !(error instanceof Error) || error.constructor !== Error) throw error
    throw new Failure('data', error.message)
  }
  try {
    const made = work()
    return made instanceof Promise ? (made.catch(explained) as T) : made
  } catch (error) {
    return explained(error)
  }
}

/** Sets test rows and, where metrics are asked for while training, validation rows aside. Targets of all rows are checked first. */
export const setAside = (graph: Graph, data: Dataset, asked: readonly string[], seed: number) =>
  ofData(() => {
    for (const head of graph.heads.values()) targetOf(head, data.events)
    if (graph.evaluation.candidates.type === 'stored' && !data.candidates)
      throw new Failure(
        'data',
        'candidates "stored" need candidate lists in the data',
        'a data document names them under "candidates"',
      )
    const held = holdOut(data, graph.evaluation, seed)
    return { held, inner: asked.length > 0 ? carve(held, graph.evaluation, seed) : undefined }
  })

const run = (
  program: LoweredProgram,
  draws: readonly Draw[],
  held: Held,
  spec: EvaluationSpec,
  more: Pick<EvaluateOptions, 'seed' | 'baseline'>,
) =>
  ofData(() => {
    const { target } = predicting(program.graph)
    const options = { split: held.split, ...more, ...(target ? { target } : {}) }
    return evaluate(scorerOf(program, draws), held.training, held.test!, spec, options)
  })

/** The metrics asked for, on rows set aside inside training. */
export const validation = async (
  program: LoweredProgram,
  draws: readonly Draw[],
  held: Held,
  asked: readonly string[],
  seed: number,
) => {
  const spec = { ...program.graph.evaluation, metrics: asked.map(parseMetric) }
  return (await run(program, draws, held, spec, { seed, baseline: false })).metrics
}

/** Measures on test rows; items of every row that was not held out count as seen. */
export const measure = (
  program: LoweredProgram,
  draws: readonly Draw[],
  held: Held,
  seed: number,
): Promise<Evaluation> => run(program, draws, held, program.graph.evaluation, { seed })

/** Measures a model on rows of a data set, `known` being what its users are known to have had. */
export const measureOn = async (
  program: LoweredProgram,
  draws: readonly Draw[],
  known: Events,
  { test, events, candidates }: Dataset,
  seed: number,
): Promise<Evaluation> => {
  const rows = test ?? events
  if (rows.count === 0) throw new Failure('data', 'no test rows')
  const { users, items } = program.dataset
  const entities = users.ids.count + items.ids.count > 0
  if (entities && rows.user.every((user) => user < 0) && rows.item.every((item) => item < 0))
    throw new Failure(
      'data',
      'none of the test rows has a user or an item that the model knows',
      'is it the data of another model?',
    )
  const training = { ...program.dataset, events: known, ...(candidates ? { candidates } : {}) }
  const found = await measure(program, draws, { training, test: rows, split: { type: 'given' } }, seed)
  const has = observed(sparse(known, 'user', { users: users.ids.count, items: items.ids.count }))
  let trained = 0
  for (let row = 0; row < rows.count; row++) if (has(rows.user[row]!, rows.item[row]!)) trained++
  return { ...found, ...(trained > 0 ? { trained } : {}) }
}
