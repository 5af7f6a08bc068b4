import type { Loss, Plugin } from '@recspec/core'
import type { Check } from '../check.js'
import { compiled, type Document } from '../documents.js'
import { deadParameters } from '../parameters.js'
import type { Params } from '../settings.js'
import type { LossSubject } from './kind.js'
import { bound, objective, spread } from './objective.js'

/** Every declared parameter changes the examples, the loss, its gradient or a claim. */
export const parameters: Check<LossSubject> = {
  name: 'parameters',
  says: 'every declared parameter changes something',
  applies: ({ loss }) => Object.keys(loss.params.properties).length > 0,
  async *run({ loss, settings, plugin, type }) {
    yield* deadParameters(
      loss.params,
      settings.map(({ params, document }) => ({
        params,
        print: (one: Params) => fingerprint(loss, plugin, type, document, one),
      })),
    )
  },
}

/** The document with other parameters of the loss. */
const withParams = (document: Document, type: string, params: Params): Document => ({
  ...document,
  heads: Object.fromEntries(
    Object.entries(document['heads'] as Record<string, { readonly loss: Params }>).map(([name, head]) => [
      name,
      head.loss['type'] === type ? { ...head, loss: { type, ...params } } : head,
    ]),
  ),
})

const fingerprint = async (
  loss: Loss,
  plugin: Plugin,
  type: string,
  document: Document,
  params: Params,
): Promise<string> => {
  const { graph, mistakes } = compiled(withParams(document, type, params), plugin)
  if (!graph) return mistakes.join('; ')
  const quadratic = loss.quadratic?.(params)
  const own = await bound(graph)
  spread(own)
  const { loss: value, tables } = objective(own).evaluate()
  return JSON.stringify([
    loss.examples(params),
    quadratic && [quadratic.unobserved, ...[0, 0.5, 3].flatMap((r) => [quadratic.target(r), quadratic.weight(r)])],
    loss.deviation?.(params),
    value,
    [...tables].map(([, values]) => [...values]),
  ])
}
