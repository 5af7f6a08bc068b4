import { madd } from '../vector'

/** ⟨x, y⟩ of any number of bytes: lane by lane, then the lanes, then the numbers that fill no vector. */
// @ts-ignore: decorator
@inline
export function rowDot(x: usize, y: usize, bytes: usize): f32 {
  let s = f32x4.splat(0)
  let at: usize = 0
  for (; at + 16 <= bytes; at += 16) s = madd(v128.load(x + at), v128.load(y + at), s)
  let sum = f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1)
  sum += f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3)
  for (; at < bytes; at += 4) sum += load<f32>(x + at) * load<f32>(y + at)
  return sum
}
