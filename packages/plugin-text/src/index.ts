import type { Plugin } from '@recspec/core'
import { tokens } from './inputs/tokens.js'
import { bag } from './macros/bag.js'
import { lstm } from './macros/lstm.js'

/** Text: columns of words read as rows of a table, and what is made of them. */
export const text: Plugin = { name: 'text', apiVersion: 1, inputs: { tokens }, layers: { lstm, bag } }
