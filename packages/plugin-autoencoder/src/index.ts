import type { Plugin } from '@recspec/core'
import manifest from '../package.json' with { type: 'json' }
import { maskedMse } from './losses/maskedmse.js'

/** The plugin `autoencoder`: a loss for the reconstruction of rows, whose output layer is a table of items. */
export const autoencoder: Plugin = {
  name: 'autoencoder',
  apiVersion: 1,
  package: manifest.name,
  version: manifest.version,
  losses: { 'masked-mse': maskedMse },
}
