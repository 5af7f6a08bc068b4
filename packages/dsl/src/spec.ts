import type {
  CandidateSet,
  Chosen,
  EmbeddingEntry,
  Entity,
  Input,
  Layer,
  Loss,
  Macro,
  Schedule,
  Solver,
  Split,
  Target,
} from '@recspec/core'
import type { SearchSection } from '@recspec/study'
import type { Path } from './pointer.js'

/** Parameters with their defaults. */
export type Params = Readonly<Record<string, unknown>>

interface Named {
  readonly name: string
  /** Path in the document; that of the macro for a part of a macro. */
  readonly path: Path
}

/** What an input reads, as the document says it: nothing where it reads keys, interactions, or what has its own name. */
export interface InputReads {
  readonly column?: string
  readonly columns?: readonly string[]
  readonly vectors?: string
}

/** An entry of `inputs`; `params` is absent where it has a mistake. */
export interface InputSpec extends Named {
  readonly type: string
  readonly definition?: Input
  readonly entity?: Entity
  readonly reads?: InputReads
  readonly params?: Params
}

/** An entry of `embeddings`; not `valid` where it has a mistake. */
export interface EmbeddingSpec extends Named, Partial<Omit<EmbeddingEntry, 'name'>> {
  readonly valid: boolean
}

/** An entry of `ops`, or a part of a macro; `params` is absent where it has a mistake. */
export interface OpSpec extends Named {
  readonly type: string
  readonly definition?: Layer | Macro
  /** Absent where the document has no list of names. */
  readonly inputs?: readonly string[]
  readonly params?: Params
  /** Of a part: the operator and name of the op in the document, and the nodes it was given. */
  readonly origin?: { readonly type: string; readonly name: string; readonly inputs: readonly string[] }
}

/** An entry of `heads`. */
export interface HeadSpec extends Named {
  readonly inputs?: readonly string[]
  readonly loss?: { readonly type: string; readonly definition: Loss; readonly params: Params }
  /** As written. */
  readonly target?: string | Target
  readonly weight: Schedule
  readonly examples?: 'events' | 'sequences'
  readonly ranks?: boolean
  /** Names of the samplers that the loss's parameters say. */
  readonly samplers: readonly string[]
  readonly valid: boolean
}

/** A solver, alone or one of a list. */
export interface SolverSpec {
  readonly path: Path
  readonly type: string
  readonly definition?: Solver
  readonly heads?: readonly string[]
  readonly trains?: readonly string[]
  readonly params?: Params
}

/** The section `evaluation` with the defaults of what it says. */
export interface EvaluationSection {
  readonly split?: Chosen<Split>
  readonly validation?: Chosen<Split>
  readonly candidates?: Chosen<CandidateSet>
  /** Undefined in the place of an invalid value. */
  readonly metrics?: readonly (string | undefined)[]
}

/** A parsed document: its valid entries, and what could be read of the others. */
export interface Spec {
  readonly name: string
  readonly description?: string
  readonly inputs: ReadonlyMap<string, InputSpec>
  readonly embeddings: ReadonlyMap<string, EmbeddingSpec>
  readonly ops: ReadonlyMap<string, OpSpec>
  readonly heads: ReadonlyMap<string, HeadSpec>
  readonly solvers: readonly SolverSpec[]
  /** True where the document has a list of solvers. */
  readonly listed: boolean
  readonly evaluation: EvaluationSection
  /** With defaults; absent where it has a mistake. */
  readonly search?: SearchSection
  /** False where a section or an entry's `inputs` is missing, so that references are incomplete. */
  readonly connected: boolean
  /** True where a section cannot be read, so that an unknown name may be in it. */
  readonly unreadable: boolean
}
