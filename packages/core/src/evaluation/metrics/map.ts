import { metric } from '../../contract/metric.js'
import { tiedItems } from './ties.js'

/** Average precision: the sum of the precision at each hit among the first k, divided by min(k, held-out items). */
export const map = metric({
  summary: 'average precision among the first k, divided by min(k, held-out items) as in LensKit and RecBole',
  of: 'rankings',
  better: 'higher',
  k: 'required',
  variants: [],
  ranking: (ranking, k) => {
    let sum = 0
    let before = 0
    for (const { first, size, held } of tiedItems(ranking)) {
      for (let place = 0; place < size && first + place < k; place++) {
        // expected hits up to this place, given that it is one
        const hits = before + 1 + (size > 1 ? (place * (held - 1)) / (size - 1) : 0)
        sum += ((held / size) * hits) / (first + place + 1)
      }
      before += held
    }
    return sum / Math.min(k, ranking.held)
  },
})
