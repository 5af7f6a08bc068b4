import type { Plugin } from '@recspec/core'
import manifest from '../package.json' with { type: 'json' }
import { tokens } from './inputs/tokens.js'
import { bag } from './macros/bag.js'
import { lstm } from './macros/lstm.js'

/** The plugin `text`: an input that reads words as rows of a table, and macros that make one vector of them. */
export const text: Plugin = {
  name: 'text',
  apiVersion: 1,
  package: manifest.name,
  version: manifest.version,
  inputs: { tokens },
  layers: { lstm, bag },
}
