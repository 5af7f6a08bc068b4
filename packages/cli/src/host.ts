/// <reference types="node" />

/** The process as a command sees it: where it runs, what it prints, who interrupts it. */
export interface Host {
  readonly cwd: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Whether progress may redraw its line. */
  readonly terminal: boolean
  /** Columns of the terminal behind standard error. */
  readonly width: number
  /** Columns of the terminal behind standard output; absent where that is no terminal. */
  readonly outputWidth?: number
  /** One piece of standard output, newline included by the caller. */
  out(text: string): void
  /** One piece of standard error. */
  err(text: string): void
  /** Calls back at every request to stop, until the returned function is called. */
  onInterrupt(listener: () => void): () => void
  /** Ends the process at once. */
  exit(code: number): void
}

/** The process as it was started. */
export const terminal = (): Host => {
  // a reader that stops early (`| head`) is no error
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    if (error.code !== 'EIO') throw error
  })
  // a terminal that was closed: training still ends with its checkpoint
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EIO' && error.code !== 'EPIPE') throw error
  })
  return {
    cwd: process.cwd(),
    environment: process.env,
    terminal: process.stderr.isTTY === true,
    width: process.stderr.columns || 80,
    ...(process.stdout.isTTY ? { outputWidth: process.stdout.columns } : {}),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    onInterrupt: (listener) => {
      let asked = false
      const ask = () => {
        asked = true
        listener()
      }
      // a terminal that closes sends SIGHUP more than once: it never counts as a second request
      const hangUp = () => {
        if (!asked) ask()
      }
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, ask)
      process.on('SIGHUP', hangUp)
      return () => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, ask)
        process.off('SIGHUP', hangUp)
      }
    },
    exit: (code) => process.exit(code),
  }
}
