import type { CandidateSet } from './candidates.js'
import type { Input } from './input.js'
import type { Layer, Macro } from './layer.js'
import type { Loss } from './loss.js'
import type { Metric } from './metric.js'
import type { Sampler } from './sampler.js'
import type { Solver } from './solver.js'
import type { Split } from './split.js'

/** The kinds of operators. */
export interface OperatorKinds {
  readonly input: Input
  readonly layer: Layer
  readonly macro: Macro
  readonly loss: Loss
  readonly solver: Solver
  readonly metric: Metric
  readonly split: Split
  readonly candidates: CandidateSet
  readonly sampler: Sampler
}

/**
 * An operator of a kind whose type keeps some of its properties exactly, such as what its parameters are: documents in
 * TypeScript are typed by them. Declarations of a plugin name nothing but this package.
 */
export type Typed<Kind extends keyof OperatorKinds, Kept> = Omit<OperatorKinds[Kind], keyof Kept> & Readonly<Kept>
