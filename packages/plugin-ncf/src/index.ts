import type { Plugin } from '@recspec/core'
import manifest from '../package.json' with { type: 'json' }
import { ancf } from './ancf.js'
import { cross } from './cross.js'
import { fm } from './fm.js'
import { gmf } from './gmf.js'
import { mlp } from './mlp.js'
import { neumf } from './neumf.js'

/**
 * The plugin `ncf`, neural collaborative filtering: macros with tables of their own, a factorization machine, cross
 * layers.
 */
export const ncf = {
  name: 'ncf',
  apiVersion: 1,
  package: manifest.name,
  version: manifest.version,
  layers: { gmf, mlp, ancf, neumf, fm, cross },
} satisfies Plugin

declare module '@recspec/core' {
  interface Plugins {
    ncf: typeof ncf
  }
}
