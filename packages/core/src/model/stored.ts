import type { Examples } from '../contract/loss.js'
import type { Ports } from '../contract/ports.js'
import type { Solver } from '../contract/solver.js'
import type { Graph, Head } from '../graph/graph.js'
import type { MadeBy } from './madeby.js'

/** The declarations of the loss of a head that serving needs. */
export interface StoredLoss {
  readonly inputs: Ports
  readonly examples: Examples
  readonly logits?: true
  readonly predicts?: 'score' | 'probability'
  readonly classes?: true
  readonly deviation?: number
  /** Whether the loss has a quadratic form, which fold-in needs. */
  readonly quadratic: boolean
}

/**
 * Stored declarations of operators that only training needs, so that a model is served without their plugins.
 */
export interface StoredOperators {
  /** By head. */
  readonly losses: Readonly<Record<string, StoredLoss>>
  /** Of each phase. */
  readonly solvers: readonly Solver['kind'][]
}

/** The stored declarations of training operators, and the versions of all plugins. */
export interface StoredModel extends StoredOperators {
  readonly madeBy: MadeBy
}

/** The declarations of the losses and solvers of a graph to be stored. */
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
    ...(definition.classes ? { classes: true } : {}),
    ...(deviation === undefined ? {} : { deviation }),
    quadratic: definition.quadratic !== undefined,
  }
}
