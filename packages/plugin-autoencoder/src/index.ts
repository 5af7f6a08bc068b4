import type { Plugin } from '@recspec/core'
import manifest from '../package.json' with { type: 'json' }
import { itemToItem } from './linear/itemtoitem.js'
import { compositeKl } from './losses/compositekl.js'
import { kl } from './losses/kl.js'
import { maskedBce } from './losses/maskedbce.js'
import { maskedMse } from './losses/maskedmse.js'
import { multinomial } from './losses/multinomial.js'
import { squares } from './losses/squares.js'
import { denseBlocks } from './ops/denseblocks.js'
import { gaussianSample } from './ops/gaussiansample.js'
import { bspm } from './solvers/bspm.js'
import { copy } from './solvers/copy.js'
import { ease } from './solvers/ease.js'
import { gfCf } from './solvers/gfcf.js'
import { slim } from './solvers/slim.js'
import { turboCf } from './solvers/turbocf.js'

/**
 * The plugin `autoencoder`: losses for the reconstruction of rows, codes, and matrices of items by items with their
 * solvers in closed form.
 */
export const autoencoder = {
  name: 'autoencoder',
  apiVersion: 1,
  package: manifest.name,
  version: manifest.version,
  layers: { 'dense-blocks': denseBlocks, 'gaussian-sample': gaussianSample, 'item-to-item': itemToItem },
  losses: {
    'composite-kl': compositeKl,
    kl,
    'masked-bce': maskedBce,
    'masked-mse': maskedMse,
    multinomial,
    squares,
  },
  solvers: { bspm, copy, ease, 'gf-cf': gfCf, slim, 'turbo-cf': turboCf },
} satisfies Plugin

declare module '@recspec/core' {
  interface Plugins {
    autoencoder: typeof autoencoder
  }
}
