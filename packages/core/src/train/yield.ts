/** Yields to the event loop after 50 ms of work, for signals and screen updates; resolves to whether it yielded. */
export const yieldToEventLoop = (): (() => Promise<boolean>) => {
  let last = performance.now()
  return async () => {
    if (performance.now() - last < 50) return false
    await new Promise((resume) => setTimeout(resume))
    last = performance.now()
    return true
  }
}
