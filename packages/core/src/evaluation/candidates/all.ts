import Type from 'typebox'
import { grouped } from '../../dataset/group.js'
import type { Ranking } from '../metric.js'
import { type CandidateSet, type Question, seenBy } from '../question.js'

// Scores held at a time: 16 MiB.
const blockSize = 2 ** 22

/** The held-out cells of one person, as places in the question. */
interface Person {
  readonly user: number
  readonly cells: Int32Array
}

// Every cell of someone unknown is a person of its own: nothing says that two of them are the same.
const peopleOf = ({ user, training }: Question): Person[] => {
  const { start, rows } = grouped(user, training.users.ids.count)
  const known = Array.from({ length: training.users.ids.count }, (_, index) => ({
    user: index,
    cells: rows.subarray(start[index], start[index + 1]),
  }))
  const unknown = [...user.keys()].filter((cell) => user[cell]! < 0)
  return [
    ...known.filter((person) => person.cells.length > 0),
    ...unknown.map((cell) => ({ user: -1, cells: Int32Array.of(cell) })),
  ]
}

/** NaN ranks last. */
const number = (score: number): number => (Number.isNaN(score) ? -Infinity : score)

/**
 * Ranks one person's held-out items in the full list, by counting how many candidates reach each one's score.
 * `excluded` is 1 for items that are no candidates.
 */
const rankOne = (question: Question, { cells }: Person, scores: Float32Array, excluded: Uint8Array): Ranking => {
  // A repeated cell is one held-out item with the values of all.
  const weightOf = new Map<number, number>()
  const unknown: number[] = []
  for (const cell of cells) {
    const item = question.item[cell]!
    const weight = question.weight?.[cell] ?? 1
    if (item >= 0) weightOf.set(item, (weightOf.get(item) ?? 0) + weight)
    else unknown.push(weight)
  }
  const held = [...weightOf.keys()].sort((a, b) => number(scores[b]!) - number(scores[a]!) || a - b)
  const targets = Float64Array.from(held, (item) => number(scores[item]!))
  // reaching[t]: candidates that reach target t but not the one before it.
  const reaching = new Int32Array(held.length + 1)
  const lowest = targets[targets.length - 1] ?? Infinity
  let candidates = 0
  for (let item = 0; item < scores.length; item++) {
    if (excluded[item] === 1) continue
    candidates++
    const score = number(scores[item]!)
    if (score < lowest) continue
    let low = 0
    let high = held.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (targets[middle]! > score) low = middle + 1
      else high = middle
    }
    reaching[low]!++
  }
  const ranks = new Float64Array(held.length)
  let reached = -1 // the target itself
  for (let target = 0; target < held.length; target++) {
    reached += reaching[target]!
    ranks[target] = reached
  }
  const weights = [...held.map((item) => weightOf.get(item)!), ...unknown]
  return { ranks, held: weights.length, candidates: Math.max(0, candidates - 1), weights }
}

/**
 * Every item the user has not in training; the user's other held-out items stay in the list (as in LightGCN's
 * evaluation). One ranking per user.
 */
export const all: CandidateSet = {
  summary: 'every item that the user does not have in training',
  params: Type.Object({}, { additionalProperties: false }),
  protocol: () => 'all',
  async *rank(_, question) {
    const items = question.training.items.ids.count
    const people = peopleOf(question)
    const excluded = new Uint8Array(items)
    const size = Math.max(1, Math.floor(blockSize / Math.max(1, items)))
    for (let from = 0; from < people.length; from += size) {
      const block = people.slice(from, from + size)
      const scores = await question.scorer.scoreBlock(Int32Array.from(block, ({ user }) => user))
      for (const [place, person] of block.entries()) {
        const seen = seenBy(question, person.user)
        for (const item of seen) excluded[item] = 1
        for (const cell of person.cells) if (question.item[cell]! >= 0) excluded[question.item[cell]!] = 0
        yield rankOne(question, person, scores.subarray(place * items, (place + 1) * items), excluded)
        for (const item of seen) excluded[item] = 0
      }
    }
  },
}
