import type { Plugin } from '@recspec/core'
import { maskedMse } from './masked.js'

/** Autoencoders: losses that reconstruct a user's row, whose output layer is a table over items. */
export const autoencoder: Plugin = { name: 'autoencoder', apiVersion: 1, losses: { 'masked-mse': maskedMse } }
