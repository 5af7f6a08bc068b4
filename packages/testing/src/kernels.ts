import { type Kernels, openKernels } from '@recspec/kernels'

let opened: Promise<Kernels> | undefined

/** The kernels that all checks of a process share: one thread, which keeps no process alive. */
export const testKernels = (): Promise<Kernels> => {
  opened ??= openKernels({ threads: 1 })
  return opened
}
