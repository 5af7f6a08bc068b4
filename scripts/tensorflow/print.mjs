/** Bytes in words. */
export const MB = (bytes) => `${Math.round(bytes / 1e6)} MB`
/** The time since a moment of `performance.now()`, in words. */
export const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`
/** Prints one line of this program. */
export const say = (line) => console.log(`tensorflow: ${line}`)

/** Runs one step and prints what came of it and how long it took; `work` returns the text to print. */
export async function step(name, work) {
  const start = performance.now()
  const result = await work()
  say(`${name.padEnd(8)} ${result.padEnd(72)} ${seconds(start).padStart(8)}`)
}
