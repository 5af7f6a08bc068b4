import { isSentence } from '../blame.js'
import { printShape, type Shape } from '../contract/shape.js'
import { nodesBelow } from './below.js'
import type { Graph, GraphNode, Head, OpNode } from './graph.js'
import { portValues } from './ports.js'

/** How a pass reads the histories of users once and gives the value before every event. */
export interface SequencePlan {
  /** Steps of a piece at most: `maxLength` of the histories; absent without one. */
  readonly length?: number
  /** Ops that read every step of a history, with the parameters under which `apply` gives their value at each. */
  readonly params: ReadonlyMap<string, OpNode['params']>
}

/** What prevents such a pass: an entry of the document, and the reason as the predicate of a sentence about it. */
export interface SequenceObstacle {
  readonly at: 'heads' | 'inputs' | 'ops'
  readonly name: string
  readonly reason: string
  /** The operator broke its contract: not a mistake in the document. */
  readonly fault?: true
}

/** Whether a node is read by the history of a user. */
export const isUserHistory = ({ inputs }: Pick<Graph, 'inputs'>, node: GraphNode): boolean => {
  if (node.kind === 'op') return false
  const { entity, definition } = inputs.get(node.input)!
  return entity === 'user' && definition.reads === 'interactions'
}

/** The plan of a head with `"examples": "sequences"`, and everything that prevents it. */
export const sequencePlan = (
  graph: Pick<Graph, 'inputs' | 'nodes'>,
  head: Pick<Head, 'name' | 'inputs'>,
): SequencePlan & { readonly obstacles: readonly SequenceObstacle[] } => {
  const obstacles: SequenceObstacle[] = []
  const histories = new Set<string>()
  // nodes with a value at each step of a history
  const nodes = new Set<string>()
  const params = new Map<string, OpNode['params']>()
  const below = nodesBelow(graph, head)
  for (const node of graph.nodes.values()) {
    if (!below.has(node.name)) continue
    if (node.kind !== 'op' && isUserHistory(graph, node)) {
      histories.add(node.input)
      if (node.masked) nodes.add(node.name)
    } else if (node.kind === 'op' && node.inputs.some((input) => nodes.has(input))) {
      const found = stepwise(graph, node, nodes)
      if ('params' in found) params.set(node.name, found.params)
      else obstacles.push({ at: 'ops', name: node.name, ...found })
      if (node.masked) nodes.add(node.name)
    }
  }
  const wrong = (at: 'heads' | 'inputs', name: string, reason: string) => obstacles.push({ at, name, reason })
  for (const name of histories) {
    const { definition, params: given } = graph.inputs.get(name)!
    const { before, causal, dropout } = definition.window!(given)
    if (!before) wrong('inputs', name, 'needs "before": "event"')
    else if (dropout > 0) wrong('inputs', name, `needs dropout 0, got ${dropout}`)
    else if (!causal) wrong('inputs', name, 'gives rows that depend on later events')
  }
  const lengths = new Set([...histories].map((name) => graph.inputs.get(name)!.shape[0]))
  if (histories.size === 0) wrong('heads', head.name, 'reads no history of its user')
  else if (lengths.size > 1)
    wrong('heads', head.name, `reads histories of different lengths: ${[...lengths].join(' and ')}`)
  const read = head.inputs.find((name) => nodes.has(name))
  if (read !== undefined) wrong('heads', head.name, `reads the sequence "${read}" itself`)
  const [length] = lengths
  return { ...(typeof length === 'number' ? { length } : {}), params, obstacles }
}

/** The parameters under which an op gives the value at every step of the sequences it reads, or what prevents it. */
const stepwise = (
  { nodes: all }: Pick<Graph, 'nodes'>,
  node: OpNode,
  nodes: ReadonlySet<string>,
): { readonly params: OpNode['params'] } | { readonly reason: string; readonly fault?: true } => {
  const other = node.inputs.find((input) => !nodes.has(input))
  const sequence = node.inputs.find((input) => nodes.has(input))!
  if (node.side !== 'user') return { reason: `reads the steps of "${sequence}" for each item` }
  if (other !== undefined) return { reason: `reads "${other}" beside the steps of "${sequence}"` }
  try {
    const params = node.definition.causal?.(node.params)
    if (!params) return { reason: 'gives values that depend on later steps' }
    const shape = node.definition.shape(
      params,
      portValues(node, (name): Shape => all.get(name)!.shape),
    )
    const expected: Shape = node.masked ? node.shape : [all.get(sequence)!.shape[0]!, ...node.shape]
    if (shape.join() === expected.join()) return { params }
    const reason = `its parameters give ${printShape(shape)}, expected ${printShape(expected)}`
    return { reason, fault: true }
  } catch (error) {
    return isSentence(error) ? { reason: error.message } : { reason: String(error), fault: true }
  }
}
