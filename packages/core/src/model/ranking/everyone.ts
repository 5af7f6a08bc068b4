import type { Sparse, TopK } from '@recspec/kernels'
import { rowsAt } from '../../dataset/rowsat.js'
import type { Head } from '../../graph/graph.js'
import type { LoweredProgram } from '../../program/lowered.js'
import { scoresByEntry } from '../../program/matrices.js'
import type { Everyone, RecommendedBlock } from '../model.js'
import { scoringMatrix } from './matrix.js'
import { pairScorer, recommendedScore } from './scorer.js'
import { type Vectors, vectorsAt } from './vectors.js'

// users of a block whose score is a product, and scores of a block of another score (16 MiB)
const USERS = 4096
const SCORES = 2 ** 22

/** The best items of many users, block by block. Scores are in the scale of the head's target. */
export async function* recommendEveryone(
  programs: readonly LoweredProgram[],
  head: Head,
  vectors: Vectors | undefined,
  { users, k, items, skip }: Everyone,
): AsyncGenerator<RecommendedBlock> {
  const [program] = programs as [LoweredProgram]
  const places = new Int32Array(program.dataset.items.ids.count).fill(-1)
  for (const [place, item] of items.entries()) places[item] = place
  const atOnce = vectors ? USERS : Math.max(1, Math.min(USERS, Math.floor(SCORES / Math.max(1, items.length))))
  const rank = vectors ? byVectors(program, vectors, items) : byScores(programs, head, items)
  const scoreOf = recommendedScore(head)
  for (let from = 0; from < users.length; from += atOnce) {
    const block = users.subarray(from, from + atOnce)
    const { rows, scores } = await rank(block, k, among(skip ? rowsAt(skip, block) : undefined, places, block.length))
    yield { users: block, items: rows.map((row) => (row < 0 ? -1 : items[row]!)), scores: scores.map(scoreOf) }
  }
}

type Rank = (users: Int32Array, k: number, skip: Sparse) => Promise<TopK>

/** Skipped items as places among the ranked ones; those that are not ranked are left out. */
const among = (skip: Sparse | undefined, places: Int32Array, count: number): Sparse => {
  const start = new Int32Array(count + 1)
  if (!skip) return { start, index: new Int32Array(0) }
  const index: number[] = []
  for (let row = 0; row < count; row++) {
    for (let k = skip.start[row]!; k < skip.start[row + 1]!; k++)
      if (places[skip.index[k]!]! >= 0) index.push(places[skip.index[k]!]!)
    start[row + 1] = index.length
  }
  return { start, index: Int32Array.from(index) }
}

const byVectors = ({ kernels }: LoweredProgram, vectors: Vectors, items: Int32Array): Rank => {
  const { width, constant } = vectors
  const ranked = vectorsAt(kernels, vectors.item, width, items)
  return async (users, k, skip) => {
    const queries = vectorsAt(kernels, vectors.user, width, users)
    const { rows, scores } = await kernels.topK(queries, ranked, width, k, skip)
    return { rows, scores: scores.map((score) => score + constant) }
  }
}

/** Ranks by the scores of all pairs, computed by the matrix of the head where it has one. */
const byScores = (programs: readonly LoweredProgram[], head: Head, items: Int32Array): Rank => {
  const [program] = programs as [LoweredProgram]
  const { kernels } = program
  const matrix = programs.length === 1 ? scoringMatrix(program, head) : undefined
  const pairs = matrix ? undefined : pairScorer(programs, head)
  const scoresOf = (users: Int32Array): Float32Array => {
    const out = new Float32Array(users.length * items.length)
    if (pairs) {
      const owners = Int32Array.from({ length: out.length }, (_, pair) => users[Math.floor(pair / items.length)]!)
      return pairs(
        owners,
        owners.map((_, pair) => items[pair % items.length]!),
      )
    }
    const width = program.dataset.items.ids.count
    for (const { from, to, scores } of scoresByEntry(program, matrix!, { entities: users }))
      for (let entry = from; entry < to; entry++)
        for (const [place, item] of items.entries())
          out[entry * items.length + place] = scores[(entry - from) * width + item]!
    return out
  }
  return async (users, k, skip) => {
    const rows = new Int32Array(users.length * k)
    const scores = new Float32Array(users.length * k)
    const all = scoresOf(users)
    for (let user = 0; user < users.length; user++) {
      const own = all.subarray(user * items.length, (user + 1) * items.length)
      const left = skip.index.subarray(skip.start[user], skip.start[user + 1])
      const best = await kernels.topK(Float32Array.of(1), own, 1, k, {
        start: Int32Array.of(0, left.length),
        index: left,
      })
      rows.set(best.rows, user * k)
      scores.set(best.scores, user * k)
    }
    return { rows, scores }
  }
}
