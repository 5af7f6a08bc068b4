import * as tf from '@tensorflow/tfjs-core'
import { product } from '../backend/gradients.js'
import type { Events } from '../dataset/dataset.js'
import type { Scorer } from '../evaluation/scorer.js'
import type { Graph, Head } from '../graph/graph.js'
import type { LoweredProgram } from '../program/lower.js'
import { scorer } from '../program/serve.js'
import { readable } from '../program/target.js'
import { vectorsOf } from './vectors.js'

/** The head whose predictions are measured: the first with a target, else the one that ranks, else the first. */
export const predicting = ({ heads, ranking }: Graph): Head =>
  [...heads.values()].find(({ target }) => target) ?? ranking ?? [...heads.values()][0]!

/** Predictions of a head in the target's own scale; probabilities where its scores are logits. */
export const predictor = (program: LoweredProgram, head: Head) => {
  const score = scorer(program, head.inputs[0]!)
  const logits = head.loss.definition.logits ?? false
  return (users: Int32Array, items: Int32Array, events?: Events): Float32Array =>
    score(users, items, events).map((value) => readable(head.target, logits ? 1 / (1 + Math.exp(-value)) : value))
}

const later = <A extends unknown[], R>(make: () => (...given: A) => R) => {
  let made: ((...given: A) => R) | undefined
  return (...given: A): R => {
    made ??= make()
    return made(...given)
  }
}

/** A program as evaluation sees it, with the weights as they are now: one-sided parts are evaluated once, when first needed. */
export const scorerOf = (program: LoweredProgram): Scorer => {
  const { graph } = program
  const ranking = graph.ranking ?? predicting(graph)
  const pairs = later(() => scorer(program, ranking.inputs[0]!))
  return {
    predict: later(() => predictor(program, predicting(graph))),
    scorePairs: pairs,
    scoreBlock: later(() => blocks(program, ranking, pairs)),
  }
}

type Pairs = (users: Int32Array, items: Int32Array) => Float32Array

/** Every item's score for a block of users: one matrix product where the score factorizes, pair by pair elsewhere. */
const blocks = (program: LoweredProgram, head: Head, pairs: Pairs) => {
  const vectors = vectorsOf(program, head)
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
