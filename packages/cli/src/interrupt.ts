import { EXIT, failure } from './exit.js'
import type { Host } from './host.js'

/** A request to stop, as long work sees it. */
export interface Interrupt {
  readonly signal: AbortSignal
  /** Throws if it came before training began. */
  check(): void
  /** Stops listening. */
  end(): void
}

/** The first request (Ctrl-C, SIGTERM, SIGHUP) stops the work after its current step; the second ends the process. */
export const watchInterrupt = (host: Host): Interrupt => {
  const controller = new AbortController()
  const end = host.onInterrupt(() => {
    if (controller.signal.aborted) return host.exit(EXIT.stopped)
    controller.abort()
    host.err(`${host.terminal ? '\n' : ''}stopping after this step; Ctrl-C again stops at once\n`)
  })
  return {
    signal: controller.signal,
    check: () => {
      if (controller.signal.aborted) throw failure('stopped', 'interrupted before training began; nothing was written')
    },
    end,
  }
}
