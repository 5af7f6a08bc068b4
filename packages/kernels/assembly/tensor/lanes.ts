/** Four numbers, or one in every lane where fewer than four are left. */
// @ts-ignore: decorator
@inline
export function read(from: usize, whole: bool): v128 {
  return whole ? v128.load(from) : v128.load32_splat(from)
}

/** Stores four numbers, or the first lane. */
// @ts-ignore: decorator
@inline
export function write(to: usize, value: v128, whole: bool): void {
  if (whole) v128.store(to, value)
  else store<f32>(to, f32x4.extract_lane(value, 0))
}

/** Bytes from one round of a loop over `read` and `write` to the next. */
// @ts-ignore: decorator
@inline
export function stride(whole: bool): usize {
  return whole ? 16 : 4
}
