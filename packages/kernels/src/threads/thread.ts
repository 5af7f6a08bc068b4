/** A worker that runs exported kernels of the module it was given. */
export interface Thread {
  send(message: unknown): void
  /** A busy thread keeps the process alive, an idle one does not. */
  hold(busy: boolean): void
  terminate(): Promise<void>
}

/** The reply of a thread: empty, or why a kernel failed. */
export interface Reply {
  readonly error?: string
}

/**
 * Source of a worker, given `receive` and `reply` of its platform: it instantiates the module once, then calls kernels
 * by name, or serves a team until that is dismissed.
 */
export const body = `
let kernels
receive((message) => {
  try {
    if (message.module) {
      const { module, memory } = message
      kernels = new WebAssembly.Instance(module, { env: { memory, abort() {} } }).exports
      return
    }
    if (message.serve) {
      const { team, scratch } = message.serve
      try {
        kernels.serve(team, scratch)
      } catch (error) {
        kernels.fail(team)
        throw error
      }
      return
    }
    for (const { kernel, args } of message.calls) kernels[kernel](...args)
    reply({})
  } catch (error) {
    reply({ error: String(error) })
  }
})`
