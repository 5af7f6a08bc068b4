/** What a row is multiplied by to find its owner among so many threads: exact for any row of a table that fits the memory. */
// @ts-ignore: decorator
@inline
export function inverseTeam(team: i32): u64 {
  return (<u64>1 << 40) / team + 1
}

/** The thread that moves a row: row mod team, by a product. */
// @ts-ignore: decorator
@inline
export function owner(row: i32, team: i32, inverse: u64): i32 {
  return row - <i32>((<u64>row * inverse) >> 40) * team
}
