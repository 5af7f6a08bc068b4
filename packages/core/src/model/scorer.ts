import * as tf from '@tensorflow/tfjs-core'
import { product } from '../backend/gradients.js'
import type { Events } from '../dataset/dataset.js'
import type { Belief } from '../evaluation/metric.js'
import type { Scorer } from '../evaluation/scorer.js'
import type { Graph, Head } from '../graph/graph.js'
import type { LoweredProgram } from '../program/lowered.js'
import { scorer } from '../program/serve.js'
import { readable } from '../program/target.js'
import { answering, type Draw, meanOf } from './sample.js'
import { vectorsOf } from './vectors.js'

/** The head whose predictions are measured: the first with a target, else the one that ranks, else the first. */
export const predicting = ({ heads, ranking }: Graph): Head =>
  [...heads.values()].find(({ target }) => target) ?? ranking ?? [...heads.values()][0]!

/** Scores of a head by each program, probabilities where they are logits; one-sided parts are evaluated once. */
const valuesOf = (programs: readonly LoweredProgram[], head: Head) => {
  const scores = programs.map((program) => scorer(program, head.inputs[0]!))
  const logits = head.loss.definition.logits ?? false
  return (users: Int32Array, items: Int32Array, events?: Events): readonly Float32Array[] =>
    scores.map((score) => {
      const found = score(users, items, events)
      return logits ? found.map((value) => 1 / (1 + Math.exp(-value))) : found
    })
}

/** Predictions of a head in the target's own scale, averaged over draws; probabilities where its scores are logits. */
export const predictor = (programs: readonly LoweredProgram[], head: Head) => {
  const values = valuesOf(programs, head)
  return (users: Int32Array, items: Int32Array, events?: Events): Float32Array =>
    meanOf(values(users, items, events)).map((value) => readable(head.target, value))
}

/** What is believed of predictions: the normal distribution that the loss declares around each draw's score, in the target's own scale. */
const believer = (program: LoweredProgram, draws: readonly Draw[], head: Head) => {
  const values = valuesOf(answering(program, draws), head)
  const own = head.loss.definition.deviation?.(head.loss.params)
  const deviations = draws.length > 0 ? draws.map(({ deviation = own }) => deviation) : [own]
  const [low, high] = head.target?.range ?? [0, 1]
  return (users: Int32Array, items: Int32Array, events: Events): Belief | undefined => {
    if (!deviations.every((deviation) => deviation !== undefined)) return undefined
    const found = values(users, items, events)
    const means = new Float32Array(users.length * found.length)
    found.forEach((list, draw) => {
      for (let row = 0; row < list.length; row++) means[row * found.length + draw] = low + list[row]! * (high - low)
    })
    return { means, deviations: deviations.map((deviation) => deviation * (high - low)) }
  }
}

const later = <A extends unknown[], R>(make: () => (...given: A) => R) => {
  let made: ((...given: A) => R) | undefined
  return (...given: A): R => {
    made ??= make()
    return made(...given)
  }
}

/**
 * A program as evaluation sees it, with the weights as they are now or the means over draws: one-sided parts are evaluated
 * once, when first needed.
 */
export const scorerOf = (program: LoweredProgram, draws: readonly Draw[]): Scorer => {
  const { graph } = program
  const programs = answering(program, draws)
  const ranking = graph.ranking ?? predicting(graph)
  const pairs = later(() => pairScorer(programs, ranking))
  return {
    predict: later(() => predictor(programs, predicting(graph))),
    believe: later(() => believer(program, draws, predicting(graph))),
    scorePairs: pairs,
    scoreBlock: later(() => blocks(programs, ranking, pairs)),
  }
}

/** Ranking scores of pairs, averaged over draws. */
export const pairScorer = (programs: readonly LoweredProgram[], head: Head): Pairs => {
  const scores = programs.map((program) => scorer(program, head.inputs[0]!))
  return (users, items) => meanOf(scores.map((score) => score(users, items)))
}

type Pairs = (users: Int32Array, items: Int32Array) => Float32Array

/** Every item's score for a block of users: one matrix product where the score factorizes, pair by pair elsewhere. */
const blocks = (programs: readonly LoweredProgram[], head: Head, pairs: Pairs) => {
  const vectors = vectorsOf(programs, head)
  const [program] = programs as [LoweredProgram]
  const count = program.dataset.items.ids.count
  if ('obstacle' in vectors)
    return (users: Int32Array): Float32Array => {
      const everyone = Int32Array.from({ length: users.length * count }, (_, pair) => users[Math.floor(pair / count)]!)
      return pairs(
        everyone,
        Int32Array.from(everyone, (_, pair) => pair % count),
      )
    }
  const { width } = vectors
  const items = vectors.item.subarray(width)
  return (users: Int32Array): Float32Array => {
    const rows = new Float32Array(users.length * width)
    program.kernels.gather(
      vectors.user,
      width,
      users.map((user) => user + 1),
      rows,
    )
    let scores: Float32Array | undefined
    tf.tidy(() => {
      const matrix = product(tf.tensor2d(rows, [users.length, width]), tf.tensor2d(items, [count, width]), false, true)
      scores = matrix.dataSync() as Float32Array
    })
    return scores!
  }
}
