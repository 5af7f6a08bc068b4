import { copy } from '../vector'

/** out [first, second, third, inner] from x with the steps of each dimension, in numbers. */
@unmanaged
class PermuteJob {
  x: usize
  out: usize
  first: i32
  second: i32
  third: i32
  inner: i32
  firstStep: i32
  secondStep: i32
  thirdStep: i32
  innerStep: i32
  /** Rows of `inner` numbers of a task. */
  rowBlock: i32
}

export function permute(address: usize, task: i32, _scratch: usize): void {
  const job = changetype<PermuteJob>(address)
  const end = min(job.first * job.second * job.third, (task + 1) * job.rowBlock)
  const bytes = <usize>job.inner << 2
  for (let r = task * job.rowBlock; r < end; r++) {
    const third = r % job.third, rest = r / job.third
    const second = rest % job.second, first = rest / job.second
    const start = first * job.firstStep + second * job.secondStep + third * job.thirdStep
    let from = job.x + (<usize>start << 2)
    let to = job.out + <usize>r * bytes
    if (job.innerStep == 1) copy(to, from, bytes)
    else {
      const step = <usize>job.innerStep << 2
      for (const last = to + bytes; to < last; to += 4, from += step) store<f32>(to, load<f32>(from))
    }
  }
}
