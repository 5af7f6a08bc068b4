import { checkRows, checkValues, isSentence } from '@recspec/core'
import { bareFault } from '../barefault.js'
import type { Check } from '../check.js'
import type { InputSubject } from './kind.js'
import { learnedOf, valuesOf } from './learned.js'

/** `encode` gives rows below `height`, or as many finite numbers as `shape` says, for every value that it takes. */
export const rows: Check<InputSubject> = {
  name: 'rows',
  says: 'encode gives rows below height, or the numbers of its shape, for known, unknown and missing values',
  async *run({ uses, input, type, plugin }) {
    const use = { place: '', type, plugins: [plugin] }
    for (const { graph, cells, label, params } of uses) {
      const learned = await learnedOf({ graph, cells }, input).catch((error: Error) => error)
      if (learned instanceof Error) {
        if (/from "(encode|height)"/.test(learned.message))
          yield `${learned.message.replace(/^.*?(returned )/, '$1')}, ${label}`
        continue
      }
      const { state, height } = learned
      const shape = input.shape(params)
      const size = shape.reduce((product: number, dim) => product * (typeof dim === 'number' ? dim : 1), 1)
      for (const value of valuesOf(input, learned)) {
        let encoded: ReturnType<typeof input.encode>
        try {
          encoded = input.encode(params, state, value as never)
        } catch (error) {
          if (isSentence(error)) continue
          throw error
        }
        const given = encoded ?? {}
        const sentence = bareFault(use, () =>
          input.gives === 'rows' ? checkRows(use, given, shape, height) : checkValues(use, given, size),
        )
        if (!sentence) continue
        yield `${sentence}, for ${JSON.stringify(value) ?? 'a missing value'}, ${label}`
        break
      }
      if (!input.labels) continue
      const ids = { count: 3, at: (index: number) => `i${index}`, indexOf: (id: string) => Number(id.slice(1)) }
      const texts = input.reads === 'column' || input.reads === 'columns' ? input.labels(params, state, ids) : undefined
      if (texts && texts.length !== height)
        yield `returned ${texts.length} texts from "labels" for ${height} rows, ${label}`
    }
  },
}
