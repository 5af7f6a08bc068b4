import { updateRow } from './optimizers/index.generated'

/** Lanes of a packed row that belong to one trained table; sizes in bytes. */
@unmanaged
class Segment {
  from: usize
  width: usize
  state: usize
  /** Bytes of optimizer state of a row. */
  slots: usize
  /** Penalty of one reading of each row, `stride` bytes apart; `stride` 0: the same for every row. */
  penalties: usize
  stride: usize
}

// @ts-ignore: decorator
@inline
export function segmentAt(segments: usize, place: i32): Segment {
  return changetype<Segment>(segments + <usize>place * offsetof<Segment>())
}

/** The gradient that one reading of a row adds for the penalty, as a multiple of the row. */
// @ts-ignore: decorator
@inline
export function penaltyOf(segment: Segment, number: usize): f32 {
  return load<f32>(segment.penalties + number * segment.stride)
}

/** The optimizer state of a row. */
// @ts-ignore: decorator
@inline
export function stateOf(segment: Segment, number: usize): usize {
  return segment.state + number * segment.slots
}

/** One optimizer step of a row's segments along slope · other + (readings · penalty − radial) · share · row. */
// @ts-ignore: decorator
@inline
export function updateSegments(
  row: usize, number: usize, segments: usize, count: i32, slope: f32, other: usize, readings: f32, radial: f32, share:
  f32,
): void {
  for (let s = 0; s < count; s++) {
    const segment = segmentAt(segments, s)
    const penalty = (readings * penaltyOf(segment, number) - radial) * share
    updateRow(row + segment.from, other + segment.from, slope, penalty, stateOf(segment, number), segment.width)
  }
}
