import { ArtifactError } from '../artifact/error.js'
import { scoresOf, sideValuesOf } from '../program/inference.js'
import type { LoweredProgram } from '../program/lowered.js'

/** One draw of the posterior: what the sampling phase trains, as it was, and the noise around its scores. */
export interface PosteriorDraw {
  readonly weights: ReadonlyMap<string, Float32Array>
  readonly deviation?: number
}

/** Copies of the named tables and weights. */
export const copyWeights = (
  { tables, weights }: Pick<LoweredProgram, 'tables' | 'weights'>,
  names: Iterable<string> = [...tables.keys(), ...weights.keys()],
): ReadonlyMap<string, Float32Array> =>
  new Map([...names].map((name) => [name, (tables.get(name)?.values ?? weights.get(name)!).slice()]))

/** A program with the weights of a draw. */
export const withDraw = (program: LoweredProgram, { weights: kept }: PosteriorDraw): LoweredProgram => {
  const tables = new Map(
    [...program.tables].map(([name, table]) => [name, { ...table, values: kept.get(name) ?? table.values }]),
  )
  const weights = new Map([...program.weights].map(([name, values]) => [name, kept.get(name) ?? values]))
  const view: LoweredProgram = {
    ...program,
    tables,
    weights,
    weightsOf: (name) =>
      Object.fromEntries(
        Object.keys(program.weightsOf(name)).map((short) => [short, weights.get(`${name}.${short}`)!]),
      ),
    scores: (node, users, items, events) => scoresOf(view, node, users, items, events),
    sideValues: (node) => sideValuesOf(view, node),
  }
  return view
}

/** Refuses draws that do not have exactly the tables and weights of the phase that samples, with an `ArtifactError`. */
export const checkDraws = ({ graph, tables, weights }: LoweredProgram, draws: readonly PosteriorDraw[]): void => {
  const trains = graph.phases.at(-1)?.trains ?? new Set<string>()
  for (const [k, draw] of draws.entries()) {
    const extra = [...draw.weights.keys()].find((name) => !trains.has(name))
    if (extra !== undefined) throw new ArtifactError('weight', `sample ${k}: unknown weight "${extra}"`)
    for (const name of trains) {
      const expected = (tables.get(name)?.values ?? weights.get(name)!).length
      const found = draw.weights.get(name)?.length
      if (found === expected) continue
      const got = found === undefined ? 'missing' : `got ${found}`
      throw new ArtifactError('weight', `sample ${k}, weight "${name}": expected ${expected} numbers, ${got}`)
    }
  }
}

/** What answers: the program itself, or each of its draws. */
export const servingPrograms = (program: LoweredProgram, draws: readonly PosteriorDraw[]): readonly LoweredProgram[] =>
  draws.length > 0 ? draws.map((draw) => withDraw(program, draw)) : [program]

/** Numbers averaged place by place. */
export const elementwiseMean = (lists: readonly Float32Array[]): Float32Array => {
  const [first] = lists as [Float32Array]
  if (lists.length === 1) return first
  const sums = new Float64Array(first.length)
  for (const list of lists) for (let place = 0; place < sums.length; place++) sums[place]! += list[place]!
  return Float32Array.from(sums, (sum) => sum / lists.length)
}
