import { writeFile } from 'node:fs/promises'
import { defineConfig } from 'tsup'
import { code } from './src/threads/browser.js'

export default defineConfig({
  entry: ['src/index.ts', 'src/threads/node.ts', 'src/threads/browser.ts'],
  // chosen by package.json's "imports" where the package runs
  external: ['#threads'],
  format: 'esm',
  dts: { entry: 'src/index.ts' },
  sourcemap: true,
  clean: true,
  target: 'node20',
  // bundlers and servers want the worker as a file
  onSuccess: () => writeFile('dist/threads/worker.js', code),
})
