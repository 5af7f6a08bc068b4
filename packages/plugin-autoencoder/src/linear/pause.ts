declare const setTimeout: (call: () => void) => unknown

/** What a long computation tells of itself, and how it is stopped. */
export interface Pace {
  /** Called between blocks, with how many of all are done; throws, or rejects, to stop. */
  between?(done: number, total: number): Promise<void> | void
}

/** Lets the event loop run, then tells of a block that is done. */
export const pause = async ({ between }: Pace, done: number, total: number): Promise<void> => {
  await new Promise<void>((resume) => setTimeout(resume))
  await between?.(done, total)
}
