import { type Chosen, type Dataset, Failure, type Graph, holdOut, type Split } from '@recspec/core'
import { key } from '@recspec/kernels'

/** The rows of a search: training rows, and the splits that hold the validation rows of each fold out of them. */
export interface Folds {
  /** All rows but the test rows. */
  readonly training: Dataset
  /** One split, or one for each fold. */
  readonly splits: readonly Chosen<Split>[]
  /** Validation rows of each fold. */
  readonly rows: readonly number[]
  /** Test rows, which a search never reads. */
  readonly test: number
}

/** The number of folds of a split that has parameters `folds` and `fold`. */
const foldCount = ({ params }: Chosen<Split>): number | undefined =>
  typeof params['folds'] === 'number' && 'fold' in params ? params['folds'] : undefined

/** The split that holds validation rows out: that of the document, else the one that made the test rows. */
const validationSplit = ({ evaluation }: Graph, held: ReturnType<typeof holdOut>): Chosen<Split> =>
  evaluation.validation ??
  (foldCount(evaluation.split) === undefined ? undefined : evaluation.split) ??
  held.split.definition.inside?.(held.test) ??
  held.split

/**
 * Divides the rows of a data set for a search, after the test rows are taken away. Throws a `Failure` where nothing is
 * left to measure.
 */
export const foldsOf = (graph: Graph, data: Dataset, seed: number): Folds => {
  const { evaluation, plugins } = graph
  if (evaluation.candidates.type === 'stored')
    throw new Failure(
      'data',
      'the candidate lists of the data belong to its test rows, and a search measures validation rows',
      'name other candidates for the search: --set /evaluation/candidates=\'{"type":"all"}\'',
    )
  const held = ofData(() => holdOut(data, evaluation, seed, plugins))
  const { candidates: _, validationUsers, ...training } = held.training
  const split = validationSplit(graph, held)
  const count = foldCount(split)
  const users = validationUsers && new Set(validationUsers)
  // validation rows are drawn apart from test rows
  const own = key(seed, 0x5641)
  const each = Array.from({ length: count ?? 1 }, (_, fold) => {
    const params = count === undefined ? split.params : { ...split.params, fold }
    const found = ofData(() => split.definition.holdOut(params, training, own))
    const rows = users ? found.filter((row) => users.has(training.events.user[row]!)) : found
    if (rows.length === 0)
      throw new Failure('data', `no validation rows: "${split.type}" holds out none of the training rows`)
    const folded = ofData(() => split.definition.foldsIn?.(params, training, own))
    return { rows: rows.length, split: fixed({ ...split, params }, rows, folded) }
  })
  return {
    training,
    splits: each.map(({ split }) => split),
    rows: each.map(({ rows }) => rows),
    test: held.test?.count ?? 0,
  }
}

/** A split that holds out rows that are already known, and inside of them what it holds out by itself. */
const fixed = (split: Chosen<Split>, rows: Int32Array, folded: Int32Array | undefined): Chosen<Split> => {
  const { foldsIn: _, ...definition } = split.definition
  return {
    ...split,
    definition: {
      ...definition,
      holdOut: () => rows,
      ...(folded ? { foldsIn: () => folded } : {}),
      inside: () => split,
    },
  }
}

/** The graph of a trial that is measured on the validation rows of a fold. */
export const foldGraph = (
  graph: Graph,
  { splits }: Folds,
  fold: number,
  metric: Graph['evaluation']['metrics'][0],
) => ({
  ...graph,
  evaluation: { ...graph.evaluation, split: splits[fold]!, metrics: [metric!] },
})

/** Turns a bare sentence of a split into a Failure of the data. */
const ofData = <T>(work: () => T): T => {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof Error) || error.constructor !== Error) throw error
    throw new Failure('data', error.message)
  }
}
