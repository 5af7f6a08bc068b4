/// <reference types="node" />

/** What a command may see and do outside of itself: where it runs, what it prints, who interrupts it. */
export interface Host {
  readonly cwd: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Whether progress may redraw its line. */
  readonly terminal: boolean
  /** Columns of the terminal. */
  readonly width: number
  /** One piece of standard output, newline included by the caller. */
  out(text: string): void
  /** One piece of standard error. */
  err(text: string): void
  /** Calls back at every Ctrl-C until the returned function is called. */
  onInterrupt(listener: () => void): () => void
  /** Ends the process at once. */
  exit(code: number): void
}

/** The process as it was started. */
export const terminal = (): Host => {
  // a reader that stops early (`| head`) is no fault
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  return {
    cwd: process.cwd(),
    environment: process.env,
    terminal: process.stderr.isTTY === true,
    width: process.stderr.columns || 80,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    onInterrupt: (listener) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, listener)
      return () => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, listener)
      }
    },
    exit: (code) => process.exit(code),
  }
}
