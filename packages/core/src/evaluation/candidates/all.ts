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

/** The candidates that reach a score, moved to the front; how many. Free of branches: this is the inner loop. */
const reaching = (candidates: Float32Array, length: number, score: number): number => {
  let count = 0
  for (let place = 0; place < length; place++) {
    const candidate = candidates[place]!
    candidates[count] = candidate
    count += +(candidate >= score)
  }
  return count
}

/** How many candidates reach each score; what is out of one lower score's reach is not looked at again. Leaves nothing of `candidates`. */
const reached = (candidates: Float32Array, scores: readonly number[]): number[] => {
  // a score that is no number is below everything
  const ascending = [...scores.keys()]
    .filter((place) => scores[place]! > -Infinity)
    .sort((a, b) => (scores[a]! < scores[b]! ? -1 : 1))
  const counts = scores.map(() => candidates.length)
  let length = candidates.length
  for (const place of ascending) {
    length = reaching(candidates, length, scores[place]!)
    counts[place] = length
  }
  return counts
}

/** Ranks one person's held-out items, given the scores of all items and of the candidates, held-out ones included. */
const rankOne = (question: Question, { cells }: Person, scores: Float32Array, candidates: Float32Array): Ranking => {
  // A repeated cell is one held-out item with the values of all.
  const held = new Map<number, number>()
  const unknown: number[] = []
  for (const cell of cells) {
    const item = question.item[cell]!
    const weight = question.weight?.[cell] ?? 1
    if (item >= 0) held.set(item, (held.get(item) ?? 0) + weight)
    else unknown.push(weight)
  }
  const counts = reached(
    candidates,
    [...held.keys()].map((item) => scores[item]!),
  )
  const ranked = [...held.values()]
    .map((weight, place) => ({ rank: counts[place]! - 1, weight }))
    .sort((a, b) => a.rank - b.rank)
  return {
    ranks: ranked.map(({ rank }) => rank),
    held: ranked.length + unknown.length,
    candidates: Math.max(0, candidates.length - 1),
    weights: [...ranked.map(({ weight }) => weight), ...unknown],
  }
}

/** The scores of the items that are not excluded, in the memory of `kept`. */
const keep = (scores: Float32Array, excluded: Uint8Array, kept: Float32Array): Float32Array => {
  let count = 0
  for (let item = 0; item < scores.length; item++) {
    kept[count] = scores[item]!
    count += 1 - excluded[item]!
  }
  return kept.subarray(0, count)
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
    // 1 for items that are no candidates.
    const excluded = new Uint8Array(items)
    const kept = new Float32Array(items)
    const size = Math.max(1, Math.floor(blockSize / Math.max(1, items)))
    for (let from = 0; from < people.length; from += size) {
      const block = people.slice(from, from + size)
      const scores = await question.scorer.scoreBlock(Int32Array.from(block, ({ user }) => user))
      for (const [place, person] of block.entries()) {
        const seen = seenBy(question, person.user)
        for (const item of seen) excluded[item] = 1
        for (const cell of person.cells) if (question.item[cell]! >= 0) excluded[question.item[cell]!] = 0
        const own = scores.subarray(place * items, (place + 1) * items)
        yield rankOne(question, person, own, keep(own, excluded, kept))
        for (const item of seen) excluded[item] = 0
      }
    }
  },
}
