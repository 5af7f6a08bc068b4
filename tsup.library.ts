import type { Options } from 'tsup'

/** How a package is built: one ES module for Node 20 and browsers, with its types and a source map. */
export const library: Options = {
  entry: ['src/index.ts'],
  format: 'esm',
  dts: true,
  sourcemap: true,
  clean: true,
  target: 'node20',
}
