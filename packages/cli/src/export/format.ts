import type { Context } from '../context.js'
import type { DataOptions, PluginOptions, RuntimeOptions, SetOptions } from '../input/options.js'

/** The options of `recspec export`, whatever is written. */
export interface ExportOptions extends RuntimeOptions, PluginOptions, SetOptions, Partial<DataOptions> {
  readonly to?: string
  readonly from?: string
  readonly seed?: number
  readonly vectors?: 'user' | 'item'
  readonly table?: string
  readonly out: string
  readonly json?: true
}

/** A format that `recspec export --to` writes. */
export interface ExportFormat {
  readonly name: string
  /** What is written, in a few words of the help text. */
  readonly summary: string
  /** Writes `path` to `options.out` and prints what was written. */
  write(context: Context, path: string, options: ExportOptions): Promise<void>
}
