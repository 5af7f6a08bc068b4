/** Polls before a thread sleeps: most waits are shorter than going to sleep. */
const SPINS: i32 = 4000

/**
 * Waits until all `team` threads have called. `place` holds two int32: threads that have arrived, and completed rounds.
 */
export function barrier(place: usize, team: i32): void {
  if (team == 1) return
  const turn = atomic.load<i32>(place, 4)
  if (atomic.add<i32>(place, 1) == team - 1) {
    atomic.store<i32>(place, 0)
    atomic.store<i32>(place, turn + 1, 4)
    atomic.notify(place + 4, team)
    return
  }
  for (let spins = 0; spins < SPINS; spins++) {
    if (atomic.load<i32>(place, 4) != turn) return
  }
  while (atomic.load<i32>(place, 4) == turn) atomic.wait<i32>(place + 4, turn, -1)
}
