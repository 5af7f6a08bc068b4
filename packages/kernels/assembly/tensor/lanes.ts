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

/** Whether one of `rows` sequences from `first` on has a step; `mask` 0: all have. */
export function isRead(mask: usize, first: i32, rows: i32, length: i32, step: i32): bool {
  if (!mask) return true
  for (let r = 0; r < rows; r++)
    if (load<f32>(mask + (<usize>((first + r) * length + step) << 2)) > 0) return true
  return false
}

/** to ← to + from; `width` is in bytes. */
export function addTo(to: usize, from: usize, width: usize): void {
  for (let at: usize = 0; at < width;) {
    const whole = at + 16 <= width
    write(to + at, f32x4.add(read(to + at, whole), read(from + at, whole)), whole)
    at += stride(whole)
  }
}
