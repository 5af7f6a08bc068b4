/**
 * The end of a region of `bytes` from `start`, rounded up to a cache line. In u64, because a request may exceed the
 * memory: the host asks for the size first and refuses what does not fit.
 */
// @ts-ignore: decorator
@inline
export function after(start: u64, bytes: u64): u64 {
  return (start + bytes + 63) & ~63
}
