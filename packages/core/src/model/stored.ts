import type { Examples } from '../contract/loss.js'
import type { Ports } from '../contract/ports.js'
import type { Solver } from '../contract/solver.js'
import type { Graph, Head } from '../graph/graph.js'
import type { MadeBy } from './madeby.js'

/** What serving reads of the loss of a head. */
export interface StoredLoss {
  readonly inputs: Ports
  readonly examples: Examples
  readonly logits?: true
  readonly predicts?: 'score' | 'probability'
  readonly deviation?: number
  /** The loss has a quadratic form, which fold-in needs. */
  readonly quadratic: boolean
}

/**
 * What a model stores of operators that only training needs, so that it is served without their plugins.
 */
export interface StoredOperators {
  /** By head. */
  readonly losses: Readonly<Record<string, StoredLoss>>
  /** Of each phase. */
  readonly solvers: readonly Solver['kind'][]
}

/** What a file says of its operators: those of training, and the versions of all plugins. */
export interface StoredModel extends StoredOperators {
  readonly madeBy: MadeBy
}

/** What is stored of a graph's losses and solvers. */
export const storedOperators = ({ heads, phases }: Pick<Graph, 'heads' | 'phases'>): StoredOperators => ({
  losses: Object.fromEntries([...heads].map(([name, head]) => [name, storedLoss(head)])),
  solvers: phases.map(({ solver }) => solver.kind),
})

const storedLoss = ({ loss: { definition, params } }: Head): StoredLoss => {
  const deviation = definition.deviation?.(params)
  return {
    inputs: definition.inputs,
    examples: definition.examples(params),
    ...(definition.logits ? { logits: true } : {}),
    ...(definition.predicts ? { predicts: definition.predicts } : {}),
    ...(deviation === undefined ? {} : { deviation }),
    quadratic: definition.quadratic !== undefined,
  }
}
