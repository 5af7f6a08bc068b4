/** What a vector is multiplied by to be L2-normalized; 1 for zeros. */
export const l2Factor = (vector: ArrayLike<number>): number => {
  let squares = 0
  for (let lane = 0; lane < vector.length; lane++) squares += vector[lane]! ** 2
  return squares > 0 ? 1 / Math.sqrt(squares) : 1
}
