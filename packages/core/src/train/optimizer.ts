import type { Optimizer } from '@recspec/kernels'

/** How tables and dense weights follow their gradients; the two differ where a rule keeps one number per row. */
export interface OptimizerPair {
  readonly tables: Optimizer
  readonly weights: Optimizer
}
