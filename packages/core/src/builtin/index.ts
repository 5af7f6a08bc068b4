import type { Plugin } from '../contract/plugin.js'
import * as macros from './macros/index.js'
import * as layers from './ops/index.js'

/** What every document can name without a prefix. */
export const builtin: Plugin = {
  name: '',
  apiVersion: 1,
  layers: { ...layers, ...macros },
}
