import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts'],
  format: 'esm',
  dts: true,
  sourcemap: true,
  clean: true,
  target: 'node20',
  // ESM with extensionless imports, which plain Node cannot load
  noExternal: [/register_all_gradients/],
})
