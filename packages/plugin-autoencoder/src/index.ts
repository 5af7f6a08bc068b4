import type { Plugin } from '@recspec/core'
import manifest from '../package.json' with { type: 'json' }
import { itemToItem } from './linear/itemtoitem.js'
import { maskedMse } from './losses/maskedmse.js'
import { bspm } from './solvers/bspm.js'
import { ease } from './solvers/ease.js'
import { gfCf } from './solvers/gfcf.js'
import { slim } from './solvers/slim.js'
import { turboCf } from './solvers/turbocf.js'

/** The plugin `autoencoder`: losses for the reconstruction of rows, and linear autoencoders in closed form. */
export const autoencoder: Plugin = {
  name: 'autoencoder',
  apiVersion: 1,
  package: manifest.name,
  version: manifest.version,
  layers: { 'item-to-item': itemToItem },
  losses: { 'masked-mse': maskedMse },
  solvers: { ease, slim, 'gf-cf': gfCf, 'turbo-cf': turboCf, bspm },
}
