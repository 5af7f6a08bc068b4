import type { Optimizer } from '@recspec/kernels'

/** The optimizers of tables and of dense weights; they differ where an optimizer keeps one number per row. */
export interface OptimizerPair {
  readonly tables: Optimizer
  readonly weights: Optimizer
}
