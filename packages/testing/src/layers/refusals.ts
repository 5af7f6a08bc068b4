import type { Check } from '../check.js'
import { refusalFault } from '../sentence.js'
import type { LayerSubject } from './subject.js'

/** What a layer throws at shapes and parameters is a bare sentence. */
export const refusals: Check<LayerSubject> = {
  name: 'refusals',
  says: 'shapes and parameters are refused by bare sentences',
  applies: ({ refusals: found }) => found.length > 0,
  *run({ refusals: found }) {
    for (const { error, params, nodes } of found) {
      const label = `with ${JSON.stringify(params)} of ${nodes.map(({ shape }) => `[${shape.join(', ')}]`).join(' and ')}`
      const wrong = refusalFault(error)
      if (wrong) yield `refuses with ${wrong}, ${label}`
    }
  },
}
