import { gram } from './gram.js'
import type { HalfStep } from './halfstep.js'
import { jacobi } from './jacobi.js'

/**
 * Rotates solved and fixed into the eigenbasis of the Gram matrix of fixed, which keeps their dot products; returns the
 * eigenvalues times `unobserved`, largest first. Without unobserved cells nothing is rotated and all are 0.
 */
export const rotateToEigenbasis = ({ solved, fixed, dim, unobserved }: HalfStep): Float64Array => {
  if (unobserved === 0) return new Float64Array(dim)
  const { vectors, values } = jacobi(gram(fixed, dim), dim)
  const row = new Float64Array(dim)
  for (const table of [solved, fixed]) {
    for (let from = 0; from < table.length; from += dim) {
      for (let j = 0; j < dim; j++) {
        let sum = 0
        for (let k = 0; k < dim; k++) sum += table[from + k]! * vectors[j * dim + k]!
        row[j] = sum
      }
      table.set(row, from)
    }
  }
  return values.map((value) => unobserved * Math.max(0, value))
}
