import type { Plugin } from '@recspec/core'
import manifest from '../package.json' with { type: 'json' }
import { compositeKl } from './losses/compositekl.js'
import { kl } from './losses/kl.js'
import { maskedBce } from './losses/maskedbce.js'
import { maskedMse } from './losses/maskedmse.js'
import { multinomial } from './losses/multinomial.js'
import { denseBlocks } from './ops/denseblocks.js'
import { gaussianSample } from './ops/gaussiansample.js'
import { copy } from './solvers/copy.js'

/** The plugin `autoencoder`: losses for the reconstruction of rows, whose output layer is a table of items, and codes. */
export const autoencoder: Plugin = {
  name: 'autoencoder',
  apiVersion: 1,
  package: manifest.name,
  version: manifest.version,
  layers: { 'dense-blocks': denseBlocks, 'gaussian-sample': gaussianSample },
  losses: {
    'composite-kl': compositeKl,
    kl,
    'masked-bce': maskedBce,
    'masked-mse': maskedMse,
    multinomial,
  },
  solvers: { copy },
}
