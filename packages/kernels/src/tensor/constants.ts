import { constants } from '../boundary.generated.js'

/** Integer constants of the kernels on tensors, by file of assembly/: codes of operations and sizes of blocks. */
export const tensorConstants = constants
