/** The functions of a test runner that the kit calls. */
export interface TestHost {
  describe(title: string, body: () => void): void
  it(title: string, body: () => Promise<void>, timeout?: number): void
}

interface Runner {
  readonly describe: (title: string, body: () => void) => void
  readonly it: (title: string, ...given: unknown[]) => void
}

const isRunner = (value: unknown): value is Runner =>
  // node:test is a function with these properties
  (typeof value === 'object' || typeof value === 'function') &&
  value !== null &&
  'describe' in value &&
  typeof value.describe === 'function' &&
  'it' in value &&
  typeof value.it === 'function'

/** vitest, where it runs this file without its globals: it has to be there before the first test is declared. */
const vitest: unknown =
  process.env['VITEST'] && !isRunner(globalThis) ? await import('vitest').catch(() => undefined) : undefined

const ofVitest = ({ describe, it }: Runner): TestHost => ({
  describe,
  it: (title, body, timeout) => it(title, body, timeout),
})

const ofNode = ({ describe, it }: Runner): TestHost => ({
  describe,
  it: (title, body, timeout) => it(title, { timeout }, body),
})

/** The runner of this file: globals of jest, mocha or vitest, else vitest's own functions, else those of node:test. */
export const testHost = (): TestHost => {
  const globals: unknown = globalThis
  if (isRunner(globals)) return ofVitest(globals)
  if (isRunner(vitest)) return ofVitest(vitest)
  const node: unknown = process.getBuiltinModule?.('node:test')
  if (isRunner(node)) return ofNode(node)
  throw new Error('no test runner: run the file under vitest, jest or node --test')
}
