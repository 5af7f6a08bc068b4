import type { Dataset, Events } from '../../dataset/dataset.js'

/** Parts of the test rows, and the part of each row. */
export interface Segments {
  readonly names: readonly string[]
  of(user: number, item: number): number
}

/** How test rows are divided into parts that are measured on their own. */
export interface Segmentation {
  /** One phrase: what the parts are. */
  readonly summary: string
  /** `trained` has the events that the model was trained on. */
  segments(trained: Dataset, test: Events): Segments
}
