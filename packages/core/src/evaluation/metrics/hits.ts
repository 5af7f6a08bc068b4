/** How many of the ascending ranks are among the first k. */
export const hits = (ranks: ArrayLike<number>, k: number): number => {
  let count = 0
  while (count < ranks.length && ranks[count]! < k) count++
  return count
}
