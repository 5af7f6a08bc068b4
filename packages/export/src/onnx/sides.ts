import type { Entities } from '@recspec/core'
import type { Builder } from './builder.js'

export type Side = 'user' | 'item'

/**
 * The inputs of a graph that name users and items: each is one text per pair, turned into the entry of the entity, 0
 * where the model does not know it.
 */
export const sidesOf = (graph: Builder, entities: Readonly<Record<Side, Entities>>) => {
  const entries = new Map<Side, string>()
  const entry = (side: Side): string => {
    const found = entries.get(side)
    if (found !== undefined) return found
    const { ids } = entities[side]
    const texts = Array.from({ length: ids.count }, (_, index) => ids.at(index))
    graph.input({
      name: side,
      type: 'string',
      dims: ['batch'],
      about: `id of the ${side} of each pair; one that the model does not know is an unknown ${side}`,
    })
    graph.at(`/inputs/${side}`)
    const name = labelEncoded(graph, side, texts, 1)
    entries.set(side, name)
    return name
  }
  return { entry }
}

/** The place of each text of a list, counted from `first`; 0 where it is not in the list. */
export const labelEncoded = (graph: Builder, input: string, texts: readonly string[], first: number): string =>
  graph.nodes(
    'LabelEncoder',
    [input],
    {
      // an encoder without keys is not valid
      keys_strings: { texts: texts.length > 0 ? texts : [''] },
      values_int64s: { ints: texts.length > 0 ? texts.map((_, place) => place + first) : [0] },
      default_int64: { int: 0 },
    },
    1,
    'ai.onnx.ml',
  )[0]!
