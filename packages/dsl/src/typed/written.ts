import type { Static, TSchema } from '@recspec/core'
import type { WrittenOperators } from './entries.js'

/** A value as an author writes it: a property with a default may be left out, and lists are read-only. */
export type Written<S> = S extends { readonly 'x-operator': infer Of extends keyof WrittenOperators }
  ? WrittenOperators[Of]
  : S extends { readonly '~unsafe': infer Value }
    ? Value
    : S extends { readonly '~kind': 'Object'; readonly properties: infer Properties }
      ? WrittenProperties<Properties>
      : S extends { readonly '~kind': 'Union'; readonly anyOf: infer Branches extends readonly unknown[] }
        ? Written<Branches[number]>
        : S extends { readonly '~kind': 'Array'; readonly items: infer Item }
          ? readonly Written<Item>[]
          : S extends { readonly '~kind': 'Tuple'; readonly items: infer Items }
            ? { readonly [Place in keyof Items]: Written<Items[Place]> }
            : S extends TSchema
              ? Static<S>
              : never

/** The properties of an object as an author writes them. */
type WrittenProperties<Properties> = Flat<
  {
    readonly [Name in keyof Properties as Properties[Name] extends MayBeAbsent ? never : Name]: Written<
      Properties[Name]
    >
  } & {
    readonly [Name in keyof Properties as Properties[Name] extends MayBeAbsent ? Name : never]?: Written<
      Properties[Name]
    >
  }
>

type MayBeAbsent = { readonly '~optional': true } | { readonly default: unknown }

/** The same type as one object, so that messages of TypeScript name its properties. */
export type Flat<T> = { [Name in keyof T]: T[Name] }
