import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

const entry = fileURLToPath(new URL('../.tensorflow/index.cjs', import.meta.url))
const { testPath } = expect.getState()

// the native library takes half a second to load, so only where a test asks which backends there are
if (existsSync(entry) && testPath && /\bbackends\b/.test(readFileSync(testPath, 'utf8')))
  createRequire(import.meta.url)(entry)
