import type { Plugin } from '@recspec/core'
import { ancf } from './ancf.js'
import { cross } from './cross.js'
import { fm } from './fm.js'
import { gmf } from './gmf.js'
import { mlp } from './mlp.js'
import { neumf } from './neumf.js'

/** Neural collaborative filtering: macros that read two ids and bring their tables, and interactions of any vectors. */
export const ncf: Plugin = { name: 'ncf', apiVersion: 1, layers: { gmf, mlp, ancf, neumf, fm, cross } }
