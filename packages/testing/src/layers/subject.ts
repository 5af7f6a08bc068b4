import type { Layer, Plugin } from '@recspec/core'
import type { PreparedLayer, Refusal } from './case.js'

/** A layer with the cases that it is checked on. */
export interface LayerSubject {
  readonly type: string
  readonly plugin: Plugin
  readonly layer: Layer
  readonly cases: readonly PreparedLayer[]
  /** Every setting, in one case or two. */
  readonly settings: readonly PreparedLayer[]
  readonly refusals: readonly Refusal[]
}
