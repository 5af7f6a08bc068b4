import type { Chosen, EvaluationSpec, Graph } from '@recspec/core'
import { embeddingKeys, type Primitives } from './macros.js'
import { trainNames } from './phases.js'
import type { Spec } from './spec.js'

/** The normalized document: primitive ops only, every default filled in, keys in one order. */
export const documentOf = (
  spec: Spec,
  primitives: Primitives,
  nodes: Graph['nodes'],
  evaluation: EvaluationSpec,
): Graph['document'] => {
  const { name, description, inputs, heads, solvers, listed, search } = spec
  const meant = (node: string) => primitives.outputs.get(node) ?? node
  const phases = solvers.map(({ type, heads, trains, params }) => ({
    type,
    ...(heads && { heads }),
    ...(trains && { trains: trainNames(spec, primitives, nodes, trains) }),
    ...params,
  }))
  return {
    recspec: 1,
    normalized: true,
    name,
    ...(description !== undefined && { description }),
    inputs: keyed(inputs, ({ type, entity, reads, params }) => ({
      type,
      entity,
      ...reads,
      ...params,
    })),
    embeddings: keyed(primitives.embeddings, (embedding) =>
      Object.fromEntries(
        embeddingKeys.flatMap((key) => {
          const value = embedding[key as keyof typeof embedding]
          return value === undefined ? [] : [[key, value]]
        }),
      ),
    ),
    ops: keyed(primitives.ops, ({ type, inputs, params }) => ({ type, inputs, ...params })),
    heads: keyed(heads, ({ inputs, loss, target, weight, examples, ranks }) => ({
      inputs: inputs!.map(meant),
      loss: { type: loss!.type, ...loss!.params },
      ...(target !== undefined && { target }),
      weight,
      ...(examples !== undefined && { examples }),
      ...(ranks !== undefined && { ranks }),
    })),
    solver: listed ? phases : phases[0],
    evaluation: {
      split: written(evaluation.split),
      ...(evaluation.validation && { validation: written(evaluation.validation) }),
      candidates: written(evaluation.candidates),
      ...(evaluation.metrics.length > 0 && { metrics: evaluation.metrics.map(({ text }) => text) }),
    },
    ...(search !== undefined && { search }),
  }
}

/** A chosen operator as documents write it. */
const written = ({ type, params }: Chosen<unknown>) => ({ type, ...params })

/** An object without prototype, so that any name is a key. */
const keyed = <T>(entries: ReadonlyMap<string, T>, write: (entry: T) => unknown): Record<string, unknown> => {
  const object: Record<string, unknown> = Object.create(null)
  for (const [name, entry] of entries) object[name] = write(entry)
  return object
}
