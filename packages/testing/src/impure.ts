/** Calls that make a result depend on more than its inputs, by name. */
interface Trap {
  readonly name: string
  readonly of: Record<string, unknown>
  readonly key: string
}

const scope = globalThis as unknown as Record<string, Record<string, unknown>>

const traps = (): readonly Trap[] => [
  { name: 'Math.random', of: scope['Math']!, key: 'random' },
  { name: 'Date.now', of: scope['Date']!, key: 'now' },
  { name: 'crypto.getRandomValues', of: scope['crypto']!, key: 'getRandomValues' },
  { name: 'crypto.randomUUID', of: scope['crypto']!, key: 'randomUUID' },
]

/** Runners of tests and Node itself read the clock while a check waits. */
const ofRunner = /node:|[\\/](vitest|@vitest|jest[\w-]*|@jest|tinypool)[\\/]/

const caller = (): string => new Error('caller').stack?.split('\n')[3] ?? ''

/** Calls `run`, and returns what it read of the clock and of random numbers that no key chooses. */
export const impureCalls = async (run: () => unknown): Promise<readonly string[]> => {
  const called = new Set<string>()
  const before = traps().map((trap) => ({ ...trap, original: trap.of[trap.key] as (...given: unknown[]) => unknown }))
  for (const { name, of, key, original } of before)
    of[key] = (...given: unknown[]) => {
      if (!ofRunner.test(caller())) called.add(name)
      return original.apply(of, given)
    }
  const realDate = Date
  const spied = new Proxy(realDate, {
    construct: (target, given) => {
      if (given.length === 0 && !ofRunner.test(caller())) called.add('new Date()')
      return Reflect.construct(target, given)
    },
  })
  scope['Date'] = spied as unknown as Record<string, unknown>
  try {
    await run()
  } finally {
    scope['Date'] = realDate as unknown as Record<string, unknown>
    for (const { of, key, original } of before) of[key] = original
  }
  return [...called]
}
