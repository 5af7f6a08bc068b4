/** Lets in whatever waits (a signal, a screen) once 50 ms of work are over; resolves to whether it did. */
export const yieldToEventLoop = (): (() => Promise<boolean>) => {
  let last = performance.now()
  return async () => {
    if (performance.now() - last < 50) return false
    await new Promise((resume) => setTimeout(resume))
    last = performance.now()
    return true
  }
}
