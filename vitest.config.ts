import { defineConfig } from 'vitest/config'

/** Tests run on the sources of every package: the condition is the one that tsconfig.json names. */
const conditions = ['recspec-source']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', 'examples/**/*.test.ts'],
    testTimeout: 60_000,
    pool: 'forks',
  },
})
