import type { Input, ParamsSchema, Ports, Schedule, TableInit, Written } from '@recspec/core'
import type { Strategies } from '@recspec/study'
import type { Target } from '../grammar.js'
import type { WrittenMetric } from './metric.js'
import type { Operators, TypeOf } from './operators.js'
import type { Resolved } from './resolved.js'

/** A list of names, not empty. */
type Names<Name extends string> = readonly [Name, ...Name[]]

/** The parameters of an operator, as an author writes them. */
type Parameters<Operator> = Operator extends { readonly params: ParamsSchema<infer Value> }
  ? unknown extends Value
    ? Readonly<Record<string, unknown>>
    : Resolved<Value>
  : never

/** The same type as one object, so that messages of TypeScript name its properties. */
type Flat<T> = { [Name in keyof T]: T[Name] }

/** An object whose `type` says which operator's parameters it has. */
type Chosen<Known> = { [Type in keyof Known]: Flat<{ readonly type: Type } & Parameters<Known[Type]>> }[keyof Known]

/** A split, alone or for validation. */
export type WrittenSplit = Chosen<Operators<'splits'>>

/** A candidate set. */
export type WrittenCandidates = Chosen<Operators<'candidates'>>

/** A loss with its parameters. */
export type WrittenLoss = Chosen<Operators<'losses'>>

/** A sampler of negatives: its name, or its name with parameters. */
export type WrittenSampler = TypeOf<'samplers'> | Chosen<Operators<'samplers'>>

/** What a parameter that names operators (`x-operator`) may be, by the section that they belong to. */
export interface WrittenOperators {
  readonly samplers: WrittenSampler
  readonly metrics: WrittenMetric
}

/** A strategy of searches. */
export type WrittenStrategy = Chosen<Strategies>

/** What an input reads, by its kind: nothing where it reads keys or interactions. */
interface Reads {
  readonly column: { readonly column?: string }
  readonly columns: { readonly columns: Names<string> }
  readonly vector: { readonly vectors?: string }
}

type InputTypes = {
  [Type in TypeOf<'inputs'>]: Operators<'inputs'>[Type] extends infer Known extends Pick<Input, 'reads' | 'entities'>
    ? Flat<
        { readonly type: Type; readonly entity: Known['entities'][number] } & (Known['reads'] extends keyof Reads
          ? Reads[Known['reads']]
          : unknown) &
          Parameters<Known>
      >
    : never
}

/** An entry of `inputs`. */
export type InputEntry = InputTypes[TypeOf<'inputs'>]

/** An entry of `embeddings`: a table of its own, or that of another embedding. */
export type EmbeddingEntry<Inputs extends string, Embeddings extends string> =
  | {
      readonly input: Inputs
      readonly table: Embeddings
      readonly combine?: 'mean' | 'sum'
      readonly dim?: never
      readonly init?: never
      readonly l2?: never
      readonly nu?: never
    }
  | {
      readonly input: Inputs
      readonly dim: number
      readonly init?: Written<typeof TableInit>
      readonly l2?: number
      readonly nu?: number
      readonly combine?: 'mean' | 'sum'
      readonly table?: never
    }

type OpTypes = {
  [Type in TypeOf<'layers'>]: { readonly type: Type } & Parameters<Operators<'layers'>[Type]>
}

/** How many nodes an op takes: as many as it has ports, or any number. */
type PortNames<P extends Ports, Nodes extends string, Inputs extends string> =
  Extract<P[keyof P], 'joined' | 'many'> extends never
    ? OfLength<keyof P, P[keyof P] extends 'rows' ? Inputs : Nodes>
    : Names<Nodes>

/** A list with as many names as a union has members. */
type OfLength<Union, Name, List extends readonly unknown[] = readonly []> = [Union] extends [never]
  ? List
  : OfLength<Exclude<Union, LastOf<Union>>, Name, readonly [...List, Name]>

/** One of the members of a union. */
type LastOf<Union> = (Union extends unknown ? (member: () => Union) => void : never) extends (
  member: infer Last,
) => void
  ? Last extends () => infer Member
    ? Member
    : never
  : never

type PortsOf<Operator> = Operator extends { readonly inputs: infer P extends Ports } ? P : Ports

/** An entry of `ops`. */
export type OpEntry<Nodes extends string, Inputs extends string> = {
  [Type in TypeOf<'layers'>]: OpTypes[Type] & {
    readonly inputs: PortNames<PortsOf<Operators<'layers'>[Type]>, Nodes, Inputs>
  }
}[TypeOf<'layers'>]

/** An entry of `heads`. */
export interface HeadEntry<Nodes extends string> {
  readonly inputs: Names<Nodes>
  readonly loss: WrittenLoss
  readonly target?: Written<typeof Target>
  readonly weight?: Written<typeof Schedule>
  readonly examples?: 'events' | 'sequences'
  readonly ranks?: boolean
}

type SolverTypes = { [Type in TypeOf<'solvers'>]: { readonly type: Type } & Parameters<Operators<'solvers'>[Type]> }

/** A solver: what it trains by default is all that its heads read. */
export type SolverEntry<Trained extends string, Heads extends string> = SolverTypes[TypeOf<'solvers'>] & {
  readonly heads?: Names<Heads>
  readonly trains?: Names<Trained>
}
