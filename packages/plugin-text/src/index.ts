import type { Plugin } from '@recspec/core'
import manifest from '../package.json' with { type: 'json' }
import { tokens } from './inputs/tokens.js'
import { attention } from './macros/attention.js'
import { bag } from './macros/bag.js'
import { cnn } from './macros/cnn.js'
import { gru } from './macros/gru.js'
import { lstm } from './macros/lstm.js'

/** The plugin `text`: an input that reads the tokens of a text as rows of a table, and macros that make one vector of them. */
export const text = {
  name: 'text',
  apiVersion: 1,
  package: manifest.name,
  version: manifest.version,
  inputs: { tokens },
  layers: { bag, cnn, gru, lstm, attention },
} satisfies Plugin

declare module '@recspec/core' {
  interface Plugins {
    text: typeof text
  }
}
