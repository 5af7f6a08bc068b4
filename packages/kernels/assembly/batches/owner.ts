/** Multiplier that `owner` divides by the team size with: exact below 2^28 rows, for up to 256 threads. */
// @ts-ignore: decorator
@inline
export function inverseTeam(team: i32): u64 {
  return (<u64>1 << 36) / team + 1
}

/** The thread that updates a row: row mod team, by a multiplication. */
// @ts-ignore: decorator
@inline
export function owner(row: i32, team: i32, inverse: u64): i32 {
  return row - <i32>((<u64>row * inverse) >> 36) * team
}
