import type { LoweredProgram } from '../src/program/lowered.js'

/** Reads rows of tables; `row` counts the read, `peek` does not. */
export interface Reader {
  row(table: string, row: number): Float64Array
  peek(table: string, row: number): Float64Array
  weight(name: string): Float64Array
}

/** The loss of one example in float64. */
export type Example = (reader: Reader) => number

/** The objective in float64, by visiting every example and counting its reads. */
export interface Objective {
  /** Σ loss + Σ l2 · Σ_rows n_row^nu · ‖row‖². */
  readonly value: number
  /** n_row by table. */
  readonly counts: ReadonlyMap<string, Float64Array>
  /** ∂ value / ∂ number, by table and weight. */
  gradient(name: string): Float64Array
}

/** Brute force over `examples`; `denseCount` is what dense weights count as n. */
export const objectiveOf = (program: LoweredProgram, examples: readonly Example[]): Objective => {
  const values = new Map<string, Float64Array>()
  for (const [name, { values: own }] of program.tables) values.set(name, Float64Array.from(own))
  for (const [name, own] of program.weights) values.set(name, Float64Array.from(own))
  const counts = new Map([...program.tables].map(([name, { height }]) => [name, new Float64Array(height)]))
  const row = (table: string, at: number) => {
    const { dim } = program.tables.get(table)!.spec
    return values.get(table)!.subarray(at * dim, (at + 1) * dim)
  }
  const weight = (name: string) => values.get(name)!
  const silent: Reader = { row, peek: row, weight }
  const counted: Reader = {
    ...silent,
    row: (table, at) => {
      counts.get(table)![at]!++
      return row(table, at)
    },
  }
  const squares = (numbers: Float64Array) => numbers.reduce((sum, value) => sum + value * value, 0)
  const penalty = () => {
    let total = 0
    for (const [name, { spec, height }] of program.tables)
      for (let at = 0; at < height; at++) {
        const n = counts.get(name)![at]!
        if (spec.l2 > 0 && n > 0) total += spec.l2 * n ** spec.nu * squares(row(name, at))
      }
    for (const node of program.graph.nodes.values())
      if (node.kind === 'op')
        for (const [short, { l2 = 0, nu = 1 }] of Object.entries(node.weights))
          total += l2 * examples.length ** nu * squares(weight(`${node.name}.${short}`))
    return total
  }
  const value = (reader: Reader) => examples.reduce((sum, example) => sum + example(reader), 0) + penalty()
  const losses = examples.reduce((sum, example) => sum + example(counted), 0)
  return {
    value: losses + penalty(),
    counts,
    gradient: (name) => {
      const own = values.get(name)!
      const step = 1e-5
      return own.map((kept, k) => {
        own[k] = kept + step
        const up = value(silent)
        own[k] = kept - step
        const down = value(silent)
        own[k] = kept
        return (up - down) / (2 * step)
      })
    },
  }
}

/** Σ aᵢ bᵢ. */
export const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, k) => sum + value * b[k]!, 0)

/** Σ wₖ · vectorₖ. */
export const mix = (vectors: readonly Float64Array[], weights?: readonly number[]): Float64Array => {
  const out = new Float64Array(vectors[0]?.length ?? 0)
  vectors.forEach((vector, k) => {
    for (let lane = 0; lane < out.length; lane++) out[lane]! += (weights?.[k] ?? 1) * vector[lane]!
  })
  return out
}

/** ln(1 + eˣ). */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))

/** ln Σ eˣ. */
export const logSum = (scores: readonly number[]): number => {
  const top = Math.max(...scores)
  return top + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - top), 0))
}
