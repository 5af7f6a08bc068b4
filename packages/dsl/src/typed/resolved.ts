import type { NameOf } from '@recspec/core'
import type { WrittenOperators } from './entries.js'

/** A type in which every value that names an operator is one of the known ones. */
export type Resolved<T> =
  T extends NameOf<infer Section>
    ? Section extends keyof WrittenOperators
      ? WrittenOperators[Section]
      : never
    : T extends object
      ? { [Name in keyof T]: Resolved<T[Name]> }
      : T
