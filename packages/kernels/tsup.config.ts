import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/threads/node.ts', 'src/threads/browser.ts'],
  // chosen by package.json's "imports" where the package runs
  external: ['#threads'],
  format: 'esm',
  dts: { entry: 'src/index.ts' },
  sourcemap: true,
  clean: true,
  target: 'node20',
})
