/**
 * A request for more memory than the kernels have: 4 GiB at most, less where the system reserves less. `requested` is
 * the size of the request and `available` what is left, in bytes.
 */
export class KernelMemoryError extends Error {
  override readonly name = 'KernelMemoryError'
  constructor(
    readonly requested: number,
    readonly available: number,
  ) {
    super(`out of kernel memory: ${requested} bytes requested, ${available} available`)
  }
}
