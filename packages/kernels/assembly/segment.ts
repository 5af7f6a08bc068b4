import { move } from './rules/index'

/** The lanes of one trained table, as src/wasm/sides.ts writes them: addresses and sizes in bytes. */
@unmanaged
class Segment {
  from: usize
  width: usize
  state: usize
  slots: usize
  /** One penalty per row, `stride` bytes apart. */
  penalties: usize
  stride: usize
}

/** The trained segments of a row follow slope · other + (readings · penalty − across) · share · row. */
// @ts-ignore: decorator
@inline
export function follow(
  row: usize, number: usize, segments: usize, count: i32, slope: f32, other: usize, readings: f32, across: f32, share: f32,
): void {
  for (let s = 0; s < count; s++) {
    const segment = changetype<Segment>(segments + <usize>s * offsetof<Segment>())
    const penalty = (readings * load<f32>(segment.penalties + number * segment.stride) - across) * share
    move(row + segment.from, other + segment.from, slope, penalty, segment.state + number * segment.slots, segment.width)
  }
}
