import { key, permutation } from '@recspec/kernels'
import { split } from '../../contract/split.js'
import { Type } from '../../contract/type.js'

/** One of several parts of equal size into which all events are divided at random. */
export const kFold = split({
  summary: 'one of several random parts of equal size; a search measures each of them in turn',
  params: Type.Object(
    {
      folds: Type.Integer({ default: 5, minimum: 2, maximum: 1000, description: 'number of parts' }),
      fold: Type.Integer({ default: 0, minimum: 0, description: 'the part that is held out, from 0' }),
    },
    { additionalProperties: false },
  ),
  holdOut: ({ folds = 5, fold = 0 }, { events }, seed) => {
    if (fold >= folds) throw new Error(`split "k-fold" has the folds 0 to ${folds - 1}, got ${fold}`)
    if (events.count < folds) throw new Error(`${events.count} events cannot be divided into ${folds} folds`)
    const order = permutation(events.count, key(seed, 0x4b46))
    return order
      .subarray(Math.floor((fold * events.count) / folds), Math.floor(((fold + 1) * events.count) / folds))
      .slice()
      .sort()
  },
})
