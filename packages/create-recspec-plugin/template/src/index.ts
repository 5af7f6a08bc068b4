import type { Plugin } from '@recspec/core'
import manifest from '../manifest.json' with { type: 'json' }
import { bilinear } from './bilinear.js'
import { decade } from './decade.js'
import { huber } from './huber.js'

/** The plugin: one line for each operator, whose name in documents follows the slash of `example/…`. */
export const example = {
  name: 'example',
  apiVersion: 1,
  package: manifest.name,
  version: manifest.version,
  inputs: { decade },
  layers: { bilinear },
  losses: { huber },
} satisfies Plugin

// `defineSpec` of @recspec/dsl knows the operators where this package is imported
declare module '@recspec/core' {
  interface Plugins {
    example: typeof example
  }
}
