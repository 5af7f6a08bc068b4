import { defineConfig } from 'tsup'
import { library } from '../../tsup.library.js'

export default defineConfig({
  ...library,
  // ESM with extensionless imports, which plain Node cannot load
  noExternal: [/register_all_gradients/],
})
