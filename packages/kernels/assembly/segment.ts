import { move } from './rules/index'

/** The lanes of one trained table, as src/wasm/sides.ts writes them: addresses and sizes in bytes. */
@unmanaged
export class Segment {
  from: usize
  width: usize
  state: usize
  slots: usize
  /** One penalty per row, `stride` bytes apart. */
  penalties: usize
  stride: usize
}

// @ts-ignore: decorator
@inline
export function segmentAt(segments: usize, place: i32): Segment {
  return changetype<Segment>(segments + <usize>place * offsetof<Segment>())
}

/** What a reading of a row adds to its gradient, as a multiple of the row. */
// @ts-ignore: decorator
@inline
export function penaltyOf(segment: Segment, number: usize): f32 {
  return load<f32>(segment.penalties + number * segment.stride)
}

// @ts-ignore: decorator
@inline
export function stateOf(segment: Segment, number: usize): usize {
  return segment.state + number * segment.slots
}

/** The trained segments of a row follow slope · other + (readings · penalty − across) · share · row. */
// @ts-ignore: decorator
@inline
export function follow(
  row: usize, number: usize, segments: usize, count: i32, slope: f32, other: usize, readings: f32, across: f32, share: f32,
): void {
  for (let s = 0; s < count; s++) {
    const segment = segmentAt(segments, s)
    const penalty = (readings * penaltyOf(segment, number) - across) * share
    move(row + segment.from, other + segment.from, slope, penalty, stateOf(segment, number), segment.width)
  }
}
