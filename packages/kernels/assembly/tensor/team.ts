import { runTask } from './index.generated'

/**
 * What threads share when the caller waits for them: a word that hands out tasks, and a ring of launches. The word is
 * generation · 2^40 + tasks · 2^20 + next task, so a thread that comes late knows from it alone that nothing is left.
 */
const CLAIM: usize = 0
const GENERATION: usize = 64
const SLEEPERS: usize = 128
const LEAVE: usize = 132
const FAILED: usize = 136
const LAUNCHES: usize = 192
/** Bytes of a launch: code, job and tasks, and on a cache line of its own how many tasks are done. */
const LAUNCH: usize = 128
const DONE: usize = 64
const RING: u32 = 8
export const TEAM_BYTES: i32 = 1216
/** Tasks of a launch at most. */
export const MAX_TASKS: i32 = 1000000

const TASK_BITS: i64 = 20
const TASK_MASK: i64 = 0xfffff

/** Rounds of looking before a thread sleeps: about a tenth of a millisecond. */
const SPINS: i32 = 100000
/** Nanoseconds of one sleep of the caller. */
const PAUSE: i64 = 50000

// @ts-ignore: decorator
@inline
function launchOf(team: usize, generation: u32): usize {
  return team + LAUNCHES + <usize>(generation & (RING - 1)) * LAUNCH
}

/** Runs tasks until none is left. */
function share(team: usize, scratch: usize): void {
  while (true) {
    const claim = atomic.add<i64>(team + CLAIM, 1)
    const task = <i32>(claim & TASK_MASK)
    if (task >= <i32>((claim >> TASK_BITS) & TASK_MASK)) return
    const launch = launchOf(team, <u32>(claim >> (TASK_BITS << 1)))
    runTask(load<i32>(launch), load<usize>(launch, 4), task, scratch)
    atomic.add<i32>(launch + DONE, 1)
  }
}

/** Publishes a launch and wakes threads that sleep. */
function publish(team: usize, code: i32, job: usize, tasks: i32): usize {
  const generation = (load<u32>(team + GENERATION) + 1) & 0xffffff
  const launch = launchOf(team, generation)
  store<i32>(launch, code)
  store<usize>(launch, job, 4)
  atomic.store<i32>(launch + DONE, 0)
  atomic.store<i64>(team + CLAIM, (<i64>generation << (TASK_BITS << 1)) | (<i64>tasks << TASK_BITS))
  atomic.store<u32>(team + GENERATION, generation)
  if (atomic.load<i32>(team + SLEEPERS) > 0) atomic.notify(team + GENERATION, i32.MAX_VALUE)
  return launch
}

/** A thread of the team: runs tasks of launches until the caller calls `dismiss`. */
export function serve(team: usize, scratch: usize): void {
  let seen = atomic.load<i32>(team + GENERATION)
  while (atomic.load<i32>(team + LEAVE) == 0) {
    let spins = 0
    while (atomic.load<i32>(team + GENERATION) == seen) {
      if (++spins < SPINS) continue
      atomic.add<i32>(team + SLEEPERS, 1)
      atomic.wait<i32>(team + GENERATION, seen, -1)
      atomic.sub<i32>(team + SLEEPERS, 1)
      spins = 0
    }
    seen = atomic.load<i32>(team + GENERATION)
    share(team, scratch)
  }
}

/**
 * Runs all tasks of a job, with the threads that serve; `sleeps`: this thread may sleep while others finish. Returns 1
 * where a thread failed.
 */
export function launch(team: usize, code: i32, job: usize, tasks: i32, scratch: usize, sleeps: i32): i32 {
  const launched = publish(team, code, job, tasks)
  share(team, scratch)
  let spins = 0
  let done = atomic.load<i32>(launched + DONE)
  while (done < tasks) {
    if (++spins > SPINS) {
      if (atomic.load<i32>(team + FAILED)) return 1
      if (sleeps) atomic.wait<i32>(launched + DONE, done, PAUSE)
    }
    done = atomic.load<i32>(launched + DONE)
  }
  return 0
}

/** Tells the caller that a thread will not finish its task. */
export function fail(team: usize): void {
  atomic.store<i32>(team + FAILED, 1)
}

/** Runs all tasks of a job in this thread. */
export function alone(code: i32, job: usize, tasks: i32, scratch: usize): void {
  for (let task = 0; task < tasks; task++) runTask(code, job, task, scratch)
}

/** Sends the threads that serve back to their event loops. */
export function dismiss(team: usize): void {
  atomic.store<i32>(team + LEAVE, 1)
  publish(team, 0, 0, 0)
}

/** Lets threads serve again. */
export function recall(team: usize): void {
  atomic.store<i32>(team + LEAVE, 0)
}
