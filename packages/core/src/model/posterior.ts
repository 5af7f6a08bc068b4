import { ArtifactError } from '../artifact/error.js'
import { scoresOf, sideValuesOf } from '../program/inference.js'
import type { LoweredProgram } from '../program/lowered.js'

/** A posterior sample: the weights of the sampling phase, and the deviation of the noise around its scores. */
export interface PosteriorSample {
  readonly weights: ReadonlyMap<string, Float32Array>
  readonly deviation?: number
}

/** Copies of the named tables and weights. */
export const copyWeights = (
  { tables, weights }: Pick<LoweredProgram, 'tables' | 'weights'>,
  names: Iterable<string> = [...tables.keys(), ...weights.keys()],
): ReadonlyMap<string, Float32Array> =>
  new Map([...names].map((name) => [name, (tables.get(name)?.values ?? weights.get(name)!).slice()]))

/** A program with the weights of a sample. */
export const withSample = (program: LoweredProgram, { weights: sampled }: PosteriorSample): LoweredProgram => {
  const tables = new Map(
    [...program.tables].map(([name, table]) => [name, { ...table, values: sampled.get(name) ?? table.values }]),
  )
  const weights = new Map([...program.weights].map(([name, values]) => [name, sampled.get(name) ?? values]))
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

/** Throws an `ArtifactError` where samples do not have exactly the tables and weights of the sampling phase. */
export const checkSamples = ({ graph, tables, weights }: LoweredProgram, samples: readonly PosteriorSample[]): void => {
  const trains = graph.phases.at(-1)?.trains ?? new Set<string>()
  for (const [k, sample] of samples.entries()) {
    const extra = [...sample.weights.keys()].find((name) => !trains.has(name))
    if (extra !== undefined) throw new ArtifactError('weight', `sample ${k}: unknown weight "${extra}"`)
    for (const name of trains) {
      const expected = (tables.get(name)?.values ?? weights.get(name)!).length
      const found = sample.weights.get(name)?.length
      if (found === expected) continue
      const got = found === undefined ? 'missing' : `got ${found}`
      throw new ArtifactError('weight', `sample ${k}, weight "${name}": expected ${expected} numbers, ${got}`)
    }
  }
}

/** The programs that answer: the program itself, or one for each of its samples. */
export const servingPrograms = (
  program: LoweredProgram,
  samples: readonly PosteriorSample[],
): readonly LoweredProgram[] => (samples.length > 0 ? samples.map((sample) => withSample(program, sample)) : [program])

/** The element-wise mean of arrays of one length. */
export const elementwiseMean = (lists: readonly Float32Array[]): Float32Array => {
  const [first] = lists as [Float32Array]
  if (lists.length === 1) return first
  const sums = new Float64Array(first.length)
  for (const list of lists) for (let place = 0; place < sums.length; place++) sums[place]! += list[place]!
  return Float32Array.from(sums, (sum) => sum / lists.length)
}
