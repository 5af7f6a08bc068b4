import type {
  EmbeddingEntry,
  HeadEntry,
  InputEntry,
  OpEntry,
  SolverEntry,
  WrittenCandidates,
  WrittenSplit,
  WrittenStrategy,
} from './entries.js'
import type { WrittenMetric } from './metric.js'

/**
 * A document whose inputs, embeddings, ops and heads have these names. It may name the built-in operators, and those of
 * every plugin that is in `Plugins` of `@recspec/core`: the official plugins are once they are imported.
 */
export interface SpecDocument<
  Inputs extends string = string,
  Embeddings extends string = string,
  Ops extends string = string,
  Heads extends string = string,
> {
  readonly $schema?: string
  readonly recspec?: 1
  readonly normalized?: boolean
  readonly name?: string
  readonly description?: string
  readonly inputs: { readonly [Name in Inputs]: InputEntry }
  readonly embeddings?: { readonly [Name in Embeddings]: EmbeddingEntry<NoInfer<Inputs>, NoInfer<Embeddings>> }
  readonly ops?: { readonly [Name in Ops]: OpEntry<NoInfer<Inputs | Embeddings | Ops>, NoInfer<Inputs>> }
  readonly heads: { readonly [Name in Heads]: HeadEntry<NoInfer<Inputs | Embeddings | Ops>> }
  readonly solver:
    | Phase<NoInfer<Embeddings>, NoInfer<Ops>, NoInfer<Heads>>
    | (readonly (
        | Phase<NoInfer<Embeddings>, NoInfer<Ops>, NoInfer<Heads>>
        | Rounds<NoInfer<Embeddings>, NoInfer<Ops>, NoInfer<Heads>>
      )[] &
        Untyped)
  readonly evaluation?: {
    readonly split?: WrittenSplit
    readonly validation?: WrittenSplit
    readonly candidates?: WrittenCandidates
    readonly metrics?: readonly WrittenMetric[]
  }
  readonly search?: {
    readonly strategy: WrittenStrategy
    readonly metric: WrittenMetric
    readonly parameters: Readonly<
      Record<string, SearchParameter<NoInfer<Inputs>, NoInfer<Embeddings>, NoInfer<Ops>, NoInfer<Heads>>>
    >
  }
}

/** A solver of a document with these names; it may train the parts of a macro, `<op>/<part>`. */
type Phase<Embeddings extends string, Ops extends string, Heads extends string> = SolverEntry<
  Embeddings | Ops | `${Ops}/${string}`,
  Heads
>

/** Phases that take turns. */
interface Rounds<Embeddings extends string, Ops extends string, Heads extends string> extends Untyped {
  readonly rounds: number
  readonly phases: readonly Phase<Embeddings, Ops, Heads>[]
}

/** Without a `type`, by which TypeScript tells the branches of a union apart and finds the wrong property. */
interface Untyped {
  readonly type?: never
}

/** A pointer to a value that a search may set. */
type Pointer<Inputs extends string, Embeddings extends string, Ops extends string, Heads extends string> =
  | `/inputs/${Inputs}/${string}`
  | `/embeddings/${Embeddings}/${string}`
  | `/ops/${Ops}/${string}`
  | `/heads/${Heads}/${string}`
  | `/solver/${string}`
  | `/evaluation/${string}`

/** A parameter of a search: one of some values, or a number of a range. */
type SearchParameter<Inputs extends string, Embeddings extends string, Ops extends string, Heads extends string> = {
  readonly at: Pointer<Inputs, Embeddings, Ops, Heads> | readonly Pointer<Inputs, Embeddings, Ops, Heads>[]
} & (
  | { readonly values: readonly unknown[] }
  | { readonly range: readonly [number, number]; readonly scale?: 'linear' | 'log'; readonly integer?: boolean }
)
