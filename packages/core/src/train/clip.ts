import type { TableTrainer } from './tfjs/table.js'
import { squaredNorm } from './vector.js'

/** By what a step's whole gradient is multiplied to be no longer than `most` (Pascanu et al., ICML 2013). */
export const clipping = (
  most: number,
  tables: Iterable<Pick<TableTrainer, 'squares'>>,
  weights: Iterable<Float32Array>,
): number => {
  let sum = 0
  for (const table of tables) sum += table.squares()
  for (const gradient of weights) sum += squaredNorm(gradient, 0, gradient.length)
  const length = Math.sqrt(sum)
  return length > most ? most / length : 1
}
