import type { Graph, Labels, Loss, tf, Value } from '@recspec/core'
import { bound, objective, withLoss } from './objective.js'

/** One call of `apply` as core makes it. */
export interface LossCall {
  readonly inputs: Readonly<Record<string, Value | readonly Value[]>>
  readonly labels: Labels
  /** Calls the loss. */
  apply(): tf.Tensor
}

/** Evaluates the objective of a graph, and hands each call of the loss to `watch` as core makes it. */
export const watchCalls = async (graph: Graph, loss: Loss, watch: (call: LossCall) => tf.Tensor): Promise<void> => {
  const spied: Loss = {
    ...loss,
    apply: (params, inputs, labels) =>
      watch({ inputs: inputs as LossCall['inputs'], labels, apply: () => loss.apply(params, inputs, labels) }),
  }
  objective(await bound(withLoss(graph, loss, spied)), { batchSize: 8 }).evaluate()
}

/** The tensors that a loss is given, by a name for messages; scores with factors have those only. */
export const tensorsOf = ({ inputs, labels }: LossCall): ReadonlyMap<string, tf.Tensor> => {
  const found = new Map<string, tf.Tensor>()
  const add = (name: string, value: unknown) => {
    if (isTensor(value)) found.set(name, value)
    else if (typeof value === 'object' && value !== null)
      for (const [key, part] of Object.entries(value)) add(`${name}.${key}`, part)
  }
  for (const [port, value] of Object.entries(inputs))
    for (const one of Array.isArray(value) ? (value as readonly Value[]) : [value as Value])
      if (one.factors) {
        add(`the users of "${port}"`, one.factors.user)
        add(`the items of "${port}"`, one.factors.item)
      } else add(`"${port}"`, one.tensor)
  for (const [label, value] of Object.entries(labels)) add(`label "${label}"`, value)
  return found
}

const isTensor = (value: unknown): value is tf.Tensor =>
  typeof value === 'object' && value !== null && 'dataSync' in value && 'shape' in value
