import type { Static, TObject, TSchema } from 'typebox'

/** A value that names an operator: `x-operator` of its schema says of which section of plugins. */
export interface NameOf<Section> {
  readonly 'x-operator': Section
}

/** The schema of parameters, whose type says what authors write; it has no other type, so that it can be published. */
export interface ParamsSchema<Value> extends TObject {
  readonly '~written'?: Value
}

/** A value of a schema as authors write it: a property with a default may be left out, and lists are read-only. */
export type Written<S> = S extends { readonly 'x-operator': infer Section }
  ? NameOf<Section>
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

/** The properties of an object as authors write them. */
export type WrittenProperties<Properties> = Flat<
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
type Flat<T> = { [Name in keyof T]: T[Name] }
