/** Number of held-out items among the first k, from their ascending ranks. */
export const hits = (ranks: ArrayLike<number>, k: number): number => {
  let count = 0
  while (count < ranks.length && ranks[count]! < k) count++
  return count
}
