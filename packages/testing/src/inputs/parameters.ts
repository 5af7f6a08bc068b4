import type { Input, Plugin } from '@recspec/core'
import type { Check } from '../check.js'
import { compiled, type Document } from '../documents.js'
import { deadParameters } from '../parameters.js'
import type { Params } from '../settings.js'
import type { InputSubject, InputUse } from './kind.js'
import { encodedText, learnedOf, valuesOf } from './learned.js'

/** Every declared parameter changes a shape, a state, a height, a window, a share or an encoded value. */
export const parameters: Check<InputSubject> = {
  name: 'parameters',
  says: 'every declared parameter changes something',
  applies: ({ input }) => Object.keys(input.params.properties).length > 0,
  async *run({ input, settings, plugin, type }) {
    yield* deadParameters(
      input.params,
      settings.map((use) => ({
        params: use.params,
        print: (one: Params) => fingerprint(input, plugin, type, use, one),
      })),
    )
  },
}

/** The document with other parameters of the input. */
const withParams = (document: Document, input: Input, type: string, params: Params): Document => ({
  ...document,
  inputs: Object.fromEntries(
    Object.entries(document['inputs'] as Record<string, Params>).map(([name, entry]) => {
      if (entry['type'] !== type) return [name, entry]
      const own = Object.keys(input.params.properties)
      const rest = Object.fromEntries(Object.entries(entry).filter(([key]) => !own.includes(key)))
      return [name, { ...rest, ...params }]
    }),
  ),
})

const fingerprint = async (
  input: Input,
  plugin: Plugin,
  type: string,
  { document, cells }: Pick<InputUse, 'document' | 'cells'>,
  params: Params,
): Promise<string> => {
  const { graph, mistakes } = compiled(withParams(document, input, type, params), plugin)
  const declared = [input.shape(params), input.window?.(params), input.dropout?.(params)]
  if (!graph) return JSON.stringify([declared, mistakes])
  const learned = await learnedOf({ graph, cells }, input)
  const values = valuesOf(input, learned).map((value) => encodedText(input, params, learned.state, value))
  return JSON.stringify([declared, learned.state, learned.height, values])
}
