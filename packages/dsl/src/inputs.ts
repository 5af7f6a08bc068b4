import type { InputNode, Shape } from '@recspec/core'
import type { Mistake, Report } from './diagnostic.js'
import { unknownHistoryInput, wrongHistoryInput } from './messages.js'
import { callOperator } from './operator.js'
import type { InputSpec, Spec } from './spec.js'
import type { Suggest } from './suggest.js'

/** What an input gives, known before it is resolved; a history of another input gives what that one gives. */
export const givesOf = (spec: Spec, input: InputSpec): 'rows' | 'numbers' | undefined => {
  const [other] = readAlong(input).map((name) => spec.inputs.get(name))
  return (other ?? input).definition?.gives
}

const ofWindow = ({ definition, params }: InputSpec): string | undefined => {
  try {
    return params && definition?.window?.(params)?.of
  } catch {
    // reported where the input is resolved
    return undefined
  }
}

/** Names of the inputs that histories read. */
export const readAlong = (input: InputSpec): readonly string[] => {
  const name = ofWindow(input)
  return name === undefined ? [] : [name]
}

/** The nodes of the inputs whose entries have no mistake; calls `shape` and `window` of each operator. */
export const resolveInputs = (spec: Spec, report: Report, suggest: Suggest): ReadonlyMap<string, InputNode> => {
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
  for (const node of [...inputs.values()]) {
    const name = node.definition.window?.(node.params).of
    if (name === undefined) continue
    const of = inputs.get(name)
    const mistake = of
      ? alongMistake(node, of)
      : spec.inputs.has(name)
        ? undefined
        : unknownHistoryInput(name, suggest(name, spec.inputs.keys()))
    if (mistake) report([...spec.inputs.get(node.name)!.path, 'of'], mistake)
    if (of && !mistake) inputs.set(node.name, { ...node, of, shape: alongShape(node.shape, of) })
    else inputs.delete(node.name)
  }
  return inputs
}

/** Why a history cannot read an input. */
const alongMistake = ({ entity }: InputNode, of: InputNode): Mistake | undefined => {
  if (of.definition.reads === 'interactions') return wrongHistoryInput(of.name, 'is a history itself')
  if (of.entity === entity) return wrongHistoryInput(of.name, `belongs to the ${entity}, whose history is read`)
  return undefined
}

/** Rows of a history stay a list, of several rows each too: those of an interaction are averaged. */
const alongShape = (shape: Shape, of: InputNode): Shape =>
  of.definition.gives === 'numbers' ? [...shape, ...of.shape] : shape
