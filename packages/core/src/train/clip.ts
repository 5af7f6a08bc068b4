import type { TableTrainer } from './tfjs/table.js'
import { squaredNorm } from './vector.js'

/** The factor that scales the gradient of a step to a norm of at most `most` (Pascanu et al., ICML 2013). */
export const clipping = (
  most: number,
  tables: Iterable<Pick<TableTrainer, 'squares'>>,
  weights: Iterable<Float32Array>,
): number => {
  let sum = 0
  for (const table of tables) sum += table.squares()
  for (const gradient of weights) sum += squaredNorm(gradient, 0, gradient.length)
  const norm = Math.sqrt(sum)
  return norm > most ? most / norm : 1
}
