import type { Builtin, Plugins } from '@recspec/core'

/** The sections of a plugin that documents name operators of. */
export type Section = keyof Builtin

/** The operators of a section of a plugin, under their own names; none where it has no such section. */
type Own<Plugin, Of extends Section> = Plugin extends { readonly [Name in Of]?: infer Operators }
  ? NonNullable<Operators>
  : object

/** The types that documents write for operators of a section: those of plugins with their prefix. */
export type TypeOf<Of extends Section> =
  | (keyof Builtin[Of] & string)
  | { [Name in keyof Plugins & string]: `${Name}/${keyof Own<Plugins[Name], Of> & string}` }[keyof Plugins & string]

/** The operators of a section by the types that documents write: the built-ins, and those of the `Plugins`. */
export type Operators<Of extends Section> = {
  [Type in TypeOf<Of>]: Type extends keyof Builtin[Of]
    ? Builtin[Of][Type]
    : Type extends `${infer Prefix extends keyof Plugins & string}/${infer Name}`
      ? Name extends keyof Own<Plugins[Prefix], Of>
        ? Own<Plugins[Prefix], Of>[Name]
        : never
      : never
}
