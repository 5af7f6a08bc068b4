/** Whether an item's bit is set. */
// @ts-ignore: decorator
@inline
export function has(bits: usize, item: i32): bool {
  return (load<u32>(bits + (<usize>(item >> 5) << 2)) >> (item & 31)) & 1 ? true : false
}

/** Sets an item's bit, or clears all bits of its word. */
// @ts-ignore: decorator
@inline
export function mark(bits: usize, item: i32, set: bool): void {
  const word = bits + (<usize>(item >> 5) << 2)
  store<u32>(word, set ? load<u32>(word) | (1 << (item & 31)) : 0)
}
