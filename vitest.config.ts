import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Tests run on the sources of every package: the condition is the one that tsconfig.json names. */
const conditions = ['recspec-source']

// the Python with the engines of tests, which npm run engines installs
const python = fileURLToPath(new URL('.engines/bin/python', import.meta.url))
if (existsSync(python)) process.env['RECSPEC_PYTHON'] ??= python

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: [
      'packages/*/{src,test,template}/**/*.test.ts',
      'examples/**/*.test.ts',
      'test/**/*.test.ts',
      'site/test/*.test.ts',
    ],
    globalSetup: ['test/announce.ts'],
    setupFiles: ['test/tensorflow.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // processes, each with a tfjs engine of its own; vitest alone would use one of two cores
    pool: 'forks',
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // two copies of tfjs-core share one engine on purpose, and say so for every kernel
    onConsoleLog: (log) =>
      !/is already registered|Platform node has already been set|already registered\. Reusing/.test(log),
  },
})
