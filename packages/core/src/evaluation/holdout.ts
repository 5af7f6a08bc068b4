import { key } from '@recspec/kernels'
import { callRefusing, type OperatorUse, operatorFault } from '../blame.js'
import type { PluginIdentity } from '../contract/plugin.js'
import type { Chosen, Split } from '../contract/split.js'
import type { Dataset, Events } from '../dataset/dataset.js'
import { others, takeEvents } from '../dataset/take.js'
import type { EvaluationSpec } from './spec.js'
import { given } from './splits/given.js'

/** Training rows, the rows held out of them, and the split that did it (`given` where the data has test rows). */
export interface Holdout {
  readonly training: Dataset
  /** Absent where nothing was held out. */
  readonly test?: Events
  /** Rows that are known when the test rows are measured, and are not trained on; absent where there are none. */
  readonly folded?: Events
  readonly split: Chosen<Split>
}

/** The split of data with test rows of its own. */
export const givenSplit: Chosen<Split> = { type: 'given', definition: given, params: {} }

/** Holds out the rows that a split chooses, of these users only where they are given. */
const cut = (training: Dataset, split: Chosen<Split>, use: OperatorUse, seed: number, users?: Int32Array): Holdout => {
  const found = callRefusing(use, () => split.definition.holdOut(split.params, training, seed))
  const chosen = checkedRows(use, found, training.events.count)
  const rows = users ? rowsOfUsers(training.events, chosen, users) : chosen
  if (rows.length === 0) return { training, split }
  const foldsIn = callRefusing(use, () => split.definition.foldsIn?.(split.params, training, seed))
  const folded = foldsIn && checkedRows(use, foldsIn, training.events.count)
  const apart = folded ? Int32Array.from([...rows, ...folded]).sort() : rows
  const kept = takeEvents(training.events, others(training.events.count, apart))
  return {
    training: { ...training, events: kept },
    test: takeEvents(training.events, rows),
    ...(folded ? { folded: takeEvents(training.events, folded) } : {}),
    split,
  }
}

const rowsOfUsers = (events: Events, rows: Int32Array, users: Int32Array): Int32Array => {
  const listed = new Set(users)
  return rows.filter((row) => listed.has(events.user[row]!))
}

/** Checks that the rows of a split are ascending, distinct and below the number of events. */
const checkedRows = (use: OperatorUse, rows: Int32Array, count: number): Int32Array => {
  if (!(rows instanceof Int32Array)) throw operatorFault(use, 'returned no Int32Array of rows')
  for (let place = 0; place < rows.length; place++)
    if (rows[place]! < 0 || rows[place]! >= count || (place > 0 && rows[place]! <= rows[place - 1]!))
      throw operatorFault(
        use,
        `returned row ${rows[place]} at place ${place}, expected ascending rows from 0 to ${count - 1}`,
      )
  return rows
}

/**
 * Holds out test rows: those of the data where it has any, else the rows that the split of `spec` chooses with `seed`.
 * Throws a bare sentence where the split cannot be applied or returns invalid rows.
 */
export const holdOut = (
  dataset: Dataset,
  spec: EvaluationSpec,
  seed: number,
  plugins: readonly PluginIdentity[] = [],
): Holdout => {
  const { test, ...training } = dataset
  return test
    ? { training, test, split: givenSplit }
    : cut(training, spec.split, { place: '/evaluation/split', type: spec.split.type, plugins }, seed)
}

/**
 * Holds out validation rows from the training rows of a holdout: by `validation` of `spec`, else by the split that made
 * the holdout or the one it names for this; of the users that the data lists for validation only. Stored candidates
 * are dropped. Throws as `holdOut`.
 */
export const holdOutValidation = (
  held: Holdout,
  spec: EvaluationSpec,
  seed: number,
  plugins: readonly PluginIdentity[] = [],
): Holdout => {
  // Stored candidates belong to the test rows.
  const { candidates, validationUsers, ...training } = held.training
  const { definition, type } = held.split
  const use = { place: '/evaluation/split', type, plugins }
  const inside = () => callRefusing(use, () => definition.inside?.(held.test)) ?? held.split
  const again = spec.validation ?? inside()
  const place = spec.validation ? '/evaluation/validation' : use.place
  return cut(training, again, { place, type: again.type, plugins }, key(seed, 0x5641), validationUsers)
}
