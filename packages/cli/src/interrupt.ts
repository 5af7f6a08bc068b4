import { EXIT, failure } from './exit.js'
import type { Host } from './host.js'

/** The wish to stop, as long work sees it. */
export interface Interrupt {
  readonly signal: AbortSignal
  /** Throws where the wish came before there was anything to keep. */
  check(): void
  /** No longer listens. */
  end(): void
}

/** The first Ctrl-C asks the work to stop after its current step; the second ends the process at once. */
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
