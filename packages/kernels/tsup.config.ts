import { writeFile } from 'node:fs/promises'
import { defineConfig } from 'tsup'
import { library } from '../../tsup.library.js'
import { code } from './src/threads/browser.js'

export default defineConfig({
  ...library,
  entry: ['src/index.ts', 'src/threads/node.ts', 'src/threads/browser.ts'],
  // chosen by package.json's "imports" where the package runs
  external: ['#threads'],
  dts: { entry: 'src/index.ts' },
  // bundlers and servers want the worker as a file
  onSuccess: () => writeFile('dist/threads/worker.js', code),
})
