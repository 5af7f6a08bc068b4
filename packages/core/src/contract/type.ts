import Typebox, {
  type TArray,
  type TArrayOptions,
  type TBoolean,
  type TEnum,
  type TEnumValue,
  type TInteger,
  type TNumber,
  type TNumberOptions,
  type TSchema,
  type TSchemaOptions,
  type TString,
  type TStringOptions,
  type TTuple,
  type TTupleOptions,
  type TUnion,
} from 'typebox'

/** A schema whose type says that it has a default, so that documents in TypeScript may leave the parameter out. */
type Keeping<Schema, Options> = Options extends { readonly default: infer Default }
  ? Schema & { readonly default: Default }
  : Schema

/** The builders of TypeBox that forget in their types whether a default is among their options. */
interface Builders {
  Number<const O extends TNumberOptions>(options?: O): Keeping<TNumber, O>
  Integer<const O extends TNumberOptions>(options?: O): Keeping<TInteger, O>
  String<const O extends TStringOptions>(options?: O): Keeping<TString, O>
  Boolean<const O extends TSchemaOptions>(options?: O): Keeping<TBoolean, O>
  Enum<Values extends TEnumValue[], const O extends TSchemaOptions>(
    values: readonly [...Values],
    options?: O,
  ): Keeping<TEnum<Values>, O>
  Array<Item extends TSchema, const O extends TArrayOptions>(items: Item, options?: O): Keeping<TArray<Item>, O>
  Tuple<Items extends TSchema[], const O extends TTupleOptions>(
    items: [...Items],
    options?: O,
  ): Keeping<TTuple<Items>, O>
  Union<Branches extends TSchema[], const O extends TSchemaOptions>(
    branches: [...Branches],
    options?: O,
  ): Keeping<TUnion<Branches>, O>
}

/** TypeBox, with which operators describe their parameters; the types of its schemas say which have a default. */
export const Type = Typebox as Omit<typeof Typebox, keyof Builders> & Builders
