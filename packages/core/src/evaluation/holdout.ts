import { key } from '@recspec/kernels'
import type { Dataset, Events } from '../dataset/dataset.js'
import { others, takeEvents } from '../dataset/take.js'
import type { Split } from './metric.js'
import type { EvaluationSpec, TypedParams } from './spec.js'
import { splits } from './splits/index.js'

/** Training rows, the rows held out of them, and the split that did it (`given` where the data brought its own test rows). */
export interface Holdout {
  readonly training: Dataset
  /** Absent where nothing was held out. */
  readonly test?: Events
  readonly split: TypedParams
}

const splitOf = ({ type }: TypedParams): Split => {
  if (!Object.hasOwn(splits, type)) throw new Error(`unknown split "${type}"`)
  return splits[type]!
}

const split = (training: Dataset, split: TypedParams, seed: number): Holdout => {
  const rows = splitOf(split).holdOut(split, training, seed)
  if (rows.length === 0) return { training, split }
  const kept = takeEvents(training.events, others(training.events.count, rows))
  return { training: { ...training, events: kept }, test: takeEvents(training.events, rows), split }
}

/** Sets test rows aside: those of the data where it has any, else what the split holds out. */
export const holdOut = (dataset: Dataset, spec: EvaluationSpec, seed: number): Holdout => {
  const { test, ...training } = dataset
  return test ? { training, test, split: { type: 'given' } } : split(training, spec.split, seed)
}

/** Sets validation rows aside inside the training rows: `validation` of the document, else the same kind of split once more. */
export const holdOutValidation = (held: Holdout, spec: EvaluationSpec, seed: number): Holdout => {
  // Stored candidates belong to the test rows.
  const { candidates, ...training } = held.training
  const again = spec.validation ?? splitOf(held.split).inside?.(held.test) ?? held.split
  return split(training, again, key(seed, 0x5641))
}
