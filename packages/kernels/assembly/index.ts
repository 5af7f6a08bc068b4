// One module on one shared memory, instantiated once per thread. Addresses are byte offsets that the host hands out; nothing
// here allocates, and what threads share they share through an atomic cursor over fixed blocks.
export { accumulate } from './accumulate'
export { bag } from './bag'
export { cholesky } from './cholesky'
export { bucket, stratum } from './epoch'
export { gather } from './gather'
export { gram } from './gram'
export { mix, permute } from './random'
export { follow } from './rules/index'
export { topK } from './topk'
export { update } from './update'
