/** One value that a parameter of a search may take: any JSON value. */
export type Setting = unknown

/**
 * What an estimator of densities needs of one dimension: a kernel for each of n observed settings, in their order, and
 * one for the prior at place n.
 */
export interface Kernels {
  /** The setting of a kernel at a share from 0 to 1 of its distribution. */
  draw(kernel: number, share: number): Setting
  /** The logarithm of the density of a kernel at a setting. */
  logDensity(kernel: number, setting: Setting): number
}

/** A parameter of a search: the settings it may take, and the places of the document that it sets. */
export interface Dimension {
  readonly name: string
  /** JSON pointers. */
  readonly at: readonly string[]
  /** Each choice, or both ends of a range, with its place in the parameter: `values/0`, `range/1`. */
  readonly ends: readonly { readonly place: readonly string[]; readonly setting: Setting }[]
  /** The setting at a share from 0 to 1 of the dimension. */
  pick(share: number): Setting
  /** Each choice, or `steps` settings of a range, ascending, ends included. */
  grid(steps: number): readonly Setting[]
  /** Kernels at observed settings of a space with this many dimensions. */
  kernels(observed: readonly Setting[], dimensions: number): Kernels
}
