import type { DocumentRule } from '../finding.js'

/** Heads whose only negatives are the other positives of the batch. */
export const inBatch: DocumentRule = function* ({ heads }) {
  for (const { name, loss } of heads.values()) {
    if (loss.definition.examples(loss.params).items !== 'in-batch') continue
    yield {
      rule: 'in-batch',
      message: `head "${name}" has negatives of its batch only: an item is drawn as often as it is a positive, and one without events never`,
      hint: 'popular items are pushed down; "sampler": "uniform" draws from the whole catalogue',
      count: 1,
    }
  }
}
