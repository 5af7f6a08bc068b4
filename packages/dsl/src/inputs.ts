import type { InputNode } from '@recspec/core'
import type { Report } from './diagnostic.js'
import { callOperator } from './operator.js'
import type { Spec } from './spec.js'

/** The nodes of the inputs whose entries have no mistake; calls `shape` and `window` of each operator. */
export const resolveInputs = (spec: Spec, report: Report): ReadonlyMap<string, InputNode> => {
  const inputs = new Map<string, InputNode>()
  for (const { name, path, type, definition, entity, reads, params } of spec.inputs.values()) {
    if (!definition || !entity || !reads || !params) continue
    const shape = callOperator({ type, method: 'shape', path }, report, () => definition.shape(params))
    const window = shape && callOperator({ type, method: 'window', path }, report, () => definition.window?.(params))
    if (!window) continue
    const columns = definition.reads === 'column' ? [reads.column ?? name] : (reads.columns ?? [])
    const vectors = definition.reads === 'vector' ? { vectors: reads.vectors ?? name } : {}
    inputs.set(name, { name, type, definition, params, entity, columns, ...vectors, shape: shape.value })
  }
  return inputs
}
