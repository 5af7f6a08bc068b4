import type { CountRanks, Scorer, TopItems } from '../../contract/candidates.js'
import type { PredictiveDistribution } from '../../contract/metric.js'
import type { Events } from '../../dataset/dataset.js'
import type { Head } from '../../graph/graph.js'
import { predictingHead } from '../../graph/heads.js'
import { nodeEvaluator } from '../../program/inference.js'
import type { LoweredProgram } from '../../program/lowered.js'
import { toTargetScale } from '../../program/target.js'
import { elementwiseMean, type PosteriorSample, servingPrograms } from '../posterior.js'
import { countByMatrix, scoringMatrix } from './matrix.js'
import { vectorsAt, vectorsOf } from './vectors.js'

/** Probabilities of the classes of each row from their scores, [rows, classes]. */
const softmaxOf = (scores: Float32Array, classes: number): Float32Array => {
  const out = new Float32Array(scores.length)
  for (let from = 0; from < scores.length; from += classes) {
    const row = scores.subarray(from, from + classes)
    const highest = row.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY)
    const powers = Float64Array.from(row, (score) => Math.exp(score - highest))
    const total = powers.reduce((sum, power) => sum + power, 0)
    out.set(
      powers.map((power) => power / total),
      from,
    )
  }
  return out
}

/** A prediction from a score of a head, in the loss's scale: its sigmoid where the loss predicts a probability. */
const fromScore = ({ loss }: Head): ((score: number) => number) | undefined =>
  loss.definition.predicts === 'probability' ? (score) => 1 / (1 + Math.exp(-score)) : undefined

/**
 * A ranking score as `recommend` returns it: where the head has a target the prediction in the target's scale, which
 * keeps the order; else the score itself.
 */
export const recommendedScore = (head: Head): ((score: number) => number) => {
  const { target } = head
  if (!target) return (score) => score
  const probability = fromScore(head)
  return (score) => toTargetScale(target, probability ? probability(score) : score)
}

/** Predictions of a head by each program, in the loss's scale; one-sided parts are evaluated once. */
const valuesOf = (programs: readonly LoweredProgram[], head: Head) => {
  const scores = programs.map((program) => nodeEvaluator(program, head.inputs[0]!))
  const probability = fromScore(head)
  const classes = head.target?.classes?.length
  return (users: Int32Array, items: Int32Array, events?: Events): readonly Float32Array[] =>
    scores.map((score) => {
      const found = score(users, items, events)
      if (classes !== undefined) return softmaxOf(found, classes)
      return probability ? found.map(probability) : found
    })
}

/** Predictions of a head in the target's scale, averaged over samples; with classes their probabilities. */
export const predictor = (programs: readonly LoweredProgram[], head: Head) => {
  const values = valuesOf(programs, head)
  return (users: Int32Array, items: Int32Array, events?: Events): Float32Array =>
    elementwiseMean(values(users, items, events)).map((value) => toTargetScale(head.target, value))
}

/** The predictive distribution: a normal around the score of each sample, in the scale of the target. */
const predictiveDistribution = (program: LoweredProgram, samples: readonly PosteriorSample[], head: Head) => {
  const values = valuesOf(servingPrograms(program, samples), head)
  const own = head.loss.definition.deviation?.(head.loss.params)
  const deviations = samples.length > 0 ? samples.map(({ deviation = own }) => deviation) : [own]
  const [low, high] = head.target?.range ?? [0, 1]
  return (users: Int32Array, items: Int32Array, events: Events): PredictiveDistribution | undefined => {
    if (!deviations.every((deviation) => deviation !== undefined)) return undefined
    const found = values(users, items, events)
    const means = new Float32Array(users.length * found.length)
    found.forEach((list, sample) => {
      for (let row = 0; row < list.length; row++) means[row * found.length + sample] = low + list[row]! * (high - low)
    })
    return { means, deviations: deviations.map((deviation) => deviation * (high - low)) }
  }
}

const memoized = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

const lazily = <A extends unknown[], R>(make: () => (...given: A) => R) => {
  const made = memoized(make)
  return (...given: A): R => made()(...given)
}

/**
 * The scorer of a program for evaluation, with the current weights or averaged over samples: one-sided nodes are
 * evaluated once, on first use.
 */
export const scorerOf = (program: LoweredProgram, samples: readonly PosteriorSample[]): Scorer => {
  const { graph } = program
  const programs = servingPrograms(program, samples)
  const ranking = graph.ranking ?? predictingHead(graph)
  const counter = memoized(() => countRanksOf(programs, ranking))
  const best = memoized(() => topItemsOf(programs, ranking))
  return {
    predict: lazily(() => predictor(programs, predictingHead(graph))),
    distribution: lazily(() => predictiveDistribution(program, samples, predictingHead(graph))),
    scorePairs: lazily(() => pairScorer(programs, ranking)),
    get topItems() {
      return best()
    },
    get countRanks() {
      return counter()
    },
  }
}

/** Ranking scores of pairs, averaged over samples. */
export const pairScorer = (programs: readonly LoweredProgram[], head: Head) => {
  const scores = programs.map((program) => nodeEvaluator(program, head.inputs[0]!))
  return (users: Int32Array, items: Int32Array): Float32Array =>
    elementwiseMean(scores.map((score) => score(users, items)))
}

/** Counts items by their scores for held-out items, where the score is a product of two vectors or a matrix. */
const countRanksOf = (programs: readonly LoweredProgram[], head: Head): CountRanks | undefined => {
  const [program] = programs as [LoweredProgram]
  const matrix = programs.length === 1 ? scoringMatrix(program, head) : undefined
  if (matrix) return countByMatrix(program, matrix)
  const vectors = vectorsOf(programs, head)
  if ('obstacle' in vectors) return undefined
  const { kernels } = programs[0]!
  const { user, item, width } = vectors
  return (users, held, skip) =>
    kernels.countRanks(vectorsAt(kernels, user, width, users), item.subarray(width), width, held, skip)
}

/** The best items of users, where the score is a product of two vectors. */
const topItemsOf = (programs: readonly LoweredProgram[], head: Head): TopItems | undefined => {
  const vectors = vectorsOf(programs, head)
  if ('obstacle' in vectors) return undefined
  const { kernels } = programs[0]!
  const { user, item, width } = vectors
  return async (users, k, skip) => {
    const queries = vectorsAt(kernels, user, width, users)
    return (await kernels.topK(queries, item.subarray(width), width, k, skip)).rows
  }
}
