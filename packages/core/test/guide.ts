import { type Optimizer, type OptimizerReference, permutation, key as randomKey } from '@recspec/kernels'
// biome-ignore format: the README quotes this file line by line
import {
  candidateSet, compareScores, gradientSolver, input, layer, loss, macro, maskTerms, meanGainOfBest, metric, NegativesParam, negatives, negativesProblem, type Plugin,
  printShape, type RankingTask, rankLists, sampler, seenBy, solver, split, Type, tf, width,
} from '../src/index.js'

const closed = { additionalProperties: false } as const

// #region op
/** uᵀ W v with a trained matrix W [width of u, width of v]. */
const bilinear = layer({
  summary: 'Bilinear form of two vectors with a trained matrix.',
  params: Type.Object({ l2: Type.Number({ default: 0, minimum: 0, description: 'penalty on the matrix' }) }, closed),
  inputs: { u: 'one', v: 'one' },
  shape: (_, { u, v }) => {
    if (width(u) > 1024 || width(v) > 1024) throw new Error(`needs widths up to 1024, got ${width(u)} and ${width(v)}`)
    return [1]
  },
  weights: ({ l2 }, { u, v }) => ({ matrix: { shape: [width(u), width(v)], init: 'glorot', l2 } }),
  form: () => ({ is: 'bilinear', matrix: 'matrix' }),
  apply: (_, { u, v }, { matrix }) => ({
    tensor: tf.sum(tf.mul(tf.matMul(u.tensor as tf.Tensor2D, matrix as tf.Tensor2D), v.tensor), -1, true),
  }),
})
// #endregion

// #region mask
/** The mean over the steps of a sequence [length, width] that its mask keeps; zeros where it keeps none. */
const average = layer({
  summary: 'Mean of the steps of a sequence.',
  params: Type.Object({}, closed),
  inputs: { x: 'one' },
  shape: (_, { x }) => {
    if (x.length !== 2) throw new Error(`needs a sequence [length, width], got ${printShape(x)}`)
    return [x[1]!]
  },
  apply: (_, { x: { tensor, mask } }) => {
    if (!mask) return { tensor: tf.mean(tensor, 1) }
    const kept = tf.expandDims(mask, -1) // [axis, length, 1]
    return { tensor: tf.div(tf.sum(tf.mul(tensor, kept), 1), tf.maximum(tf.sum(kept, 1), 1)) }
  },
})
// #endregion

// #region macro
/** Two dense layers; documents read the part `.out` under the op's own name. */
const tower = macro({
  summary: 'A dense layer with relu and a linear one.',
  params: Type.Object({ units: Type.Integer({ minimum: 1, description: 'width of the output' }) }, closed),
  inputs: { x: 'joined' },
  expand: ({ units }, { x }) => ({
    ops: {
      hidden: { type: 'dense', units: 2 * units, activation: 'relu', inputs: x },
      out: { type: 'dense', units, inputs: ['.hidden'] },
    },
    output: 'out',
  }),
})
// #endregion

// #region loss
/** max(0, margin + negative − positive), summed over the negatives of each positive. */
const hinge = loss({
  summary: 'Pairwise hinge: a positive leads each negative by a margin.',
  params: Type.Object(
    {
      margin: Type.Number({ default: 1, exclusiveMinimum: 0, description: 'margin of the hinge' }),
      negatives: Type.With(NegativesParam, { default: 1, description: 'items compared with each positive' }),
    },
    closed,
  ),
  inputs: { score: 'one' },
  rejects: (params, { target }) => (target ? 'reads no target' : negativesProblem(params.negatives)),
  examples: (params) => {
    const drawn = negatives(params.negatives)
    return { of: 'event', items: drawn.inBatch ? 'in-batch' : 'sampled', negatives: drawn }
  },
  apply: ({ margin, ...params }, { score }, { positive }) => {
    const compared = compareScores(score.tensor, negatives(params.negatives), positive)
    return maskTerms(tf.relu(tf.add(tf.sub(compared.others, compared.positives), margin)), compared)
  },
})
// #endregion

// #region input
/** One row per day of the week of a Unix time in seconds (UTC); row 0 where the cell is missing or not a number. */
const weekday = input({
  summary: 'Day of the week of a Unix time in seconds.',
  params: Type.Object({}, closed),
  gives: 'rows',
  reads: 'column',
  entities: ['user', 'item', 'event'],
  shape: () => [],
  learn: () => ({}),
  height: () => 8,
  encode: (_, __, cell) => {
    const day = cell === undefined || cell === '' ? Number.NaN : Math.floor(Number(cell) / 86_400)
    return { rows: [Number.isFinite(day) ? 1 + ((((day + 4) % 7) + 7) % 7) : 0] }
  },
})
// #endregion

// #region solver
/** Sets a bias to the mean target, the minimum of squared error where nothing else is trained. */
const mean = solver({
  summary: 'Sets the one trained bias to the mean of the target.',
  params: Type.Object({}, closed),
  kind: 'minimises',
  rejects: (_, { heads, trains }) => {
    if (heads.length !== 1 || !heads[0]!.loss.definition.quadratic) return 'needs one head with a quadratic loss'
    return trains.size === 1 && [...trains][0]!.endsWith('.bias')
      ? undefined
      : `trains one bias, got ${[...trains].join(', ')}`
  },
  async *fit(_, { heads: [head], trains: [name] }, program) {
    const target = program.target(head!)!
    const average = target.reduce((sum, value) => sum + value, 0) / target.length
    program.weights.get(name!)!.fill(average)
    const loss = target.reduce((sum, value) => sum + (value - average) ** 2, 0) / target.length
    yield { epoch: 1, epochs: 1, step: 1, loss, examples: target.length, state: () => ({ numbers: {}, arrays: {} }) }
  },
})
// #endregion

// #region optimizer
const rule: OptimizerReference = {
  slots: () => 0,
  initial: () => 0,
  update: (_, { values, at, width }, gradient, rate) => {
    for (let k = 0; k < width; k++) values[at + k]! -= rate * Math.sign(gradient[k]!)
  },
}
const optimizer: Optimizer = { name: 'sign', parameters: [0, 0, 0], rule }

/** Sign descent (signSGD; Bernstein et al., ICML 2018): a solver with everything that the built-in ones have. */
const sign = gradientSolver({
  summary: 'signSGD (Bernstein et al., ICML 2018).',
  learningRate: 0.01,
  params: Type.Object({}),
  optimizer: () => optimizer,
})
// #endregion

// #region metric
/** Rank of the best held-out item, 0 first; the worst rank where none of them is known to training. */
const bestRank = metric({
  summary: 'rank of the best held-out item',
  of: 'rankings',
  better: 'lower',
  k: 'none',
  variants: [],
  ranking: (ranking) =>
    ranking.ranks.length > 0 ? meanGainOfBest(ranking, Number.POSITIVE_INFINITY, (rank) => rank) : ranking.candidates,
})

/** Mean of prediction − actual; `absolute` drops its sign. */
const meanError = metric({
  summary: 'mean of prediction minus target',
  of: 'predictions',
  better: 'lower',
  k: 'none',
  variants: ['absolute'],
  predictions: ({ predicted, actual }, variant) => {
    let sum = 0
    for (let row = 0; row < actual.length; row++) sum += predicted[row]! - actual[row]!
    return variant === 'absolute' ? Math.abs(sum / actual.length) : sum / actual.length
  },
})
// #endregion

// #region split
/** All events of a random share of the users. */
const users = split({
  summary: 'all events of a random share of the users',
  params: Type.Object(
    { share: Type.Number({ default: 0.1, exclusiveMinimum: 0, exclusiveMaximum: 1, description: 'share of users' }) },
    closed,
  ),
  holdOut: ({ share }, { users, events }, seed) => {
    const count = users.ids.count
    const held = new Set(permutation(count, randomKey(seed, 1)).subarray(0, Math.round(share * count)))
    return Int32Array.from({ length: events.count }, (_, row) => row).filter((row) => held.has(events.user[row]!))
  },
})
// #endregion

// #region candidates
const popularItems = ({ training }: RankingTask): readonly number[] => {
  const counts = new Int32Array(training.items.ids.count)
  for (const item of training.events.item) if (item >= 0) counts[item]!++
  return [...counts.keys()].sort((a, b) => counts[b]! - counts[a]! || a - b)
}

/** The most popular items that the user does not have in training. */
const popular = candidateSet({
  summary: 'the most popular items that the user does not have in training',
  params: Type.Object({ count: Type.Integer({ default: 100, minimum: 1, description: 'candidates' }) }, closed),
  protocol: ({ count }) => `popular-${count}`,
  rank: ({ count }, task) => {
    const items = popularItems(task)
    return rankLists(task, (cell) => {
      const seen = new Set(seenBy(task, task.user[cell]!))
      return items.filter((item) => !seen.has(item)).slice(0, count)
    })
  },
})
// #endregion

// #region sampler
/** Items in proportion to 1 + their number of training events: unseen items can be drawn too. */
const smoothed = sampler({
  summary: 'items in proportion to 1 + their number of training events',
  params: Type.Object({}, closed),
  weights: (_, { events, items }) => {
    const weights = new Float64Array(items.ids.count).fill(1)
    for (const item of events.item) if (item >= 0) weights[item]!++
    return weights
  },
})
// #endregion

// #region plugin
export const guide: Plugin = {
  name: 'guide',
  apiVersion: 1,
  package: 'recspec-plugin-guide',
  version: '1.0.0',
  inputs: { weekday },
  layers: { bilinear, average, tower },
  losses: { hinge },
  solvers: { mean, sign },
  metrics: { bestRank, meanError },
  splits: { users },
  candidates: { popular },
  samplers: { smoothed },
}
// #endregion
