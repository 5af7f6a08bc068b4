import type { Input } from './input.js'
import type { Layer, Macro } from './layer.js'
import type { Loss } from './loss.js'
import type { Solver } from './solver.js'

/** A bag of operators under unprefixed names; the host prefixes them (`ncf` + `neumf` = `ncf/neumf`). */
export interface Plugin {
  /** What documents write before the slash; empty for the built-ins only. */
  readonly name: string
  readonly apiVersion: 1
  readonly inputs?: Readonly<Record<string, Input>>
  readonly layers?: Readonly<Record<string, Layer | Macro>>
  readonly losses?: Readonly<Record<string, Loss>>
  readonly solvers?: Readonly<Record<string, Solver>>
}

export const isMacro = (operator: Layer | Macro): operator is Macro => 'expand' in operator
