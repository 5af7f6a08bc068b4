import type { Sparse } from '@recspec/kernels'
import Type from 'typebox'
import type { CountAtLeast, Scorer } from '../../contract/candidates.js'
import { type CandidateSet, type RankingTask, seenBy } from '../../contract/candidates.js'
import { grouped } from '../../dataset/group.js'

// Scores held at a time (16 MiB), and people.
const blockSize = 2 ** 22
const peopleAtOnce = 4096

/** The held-out cells of one person, as places in the question. */
interface Person {
  readonly user: number
  readonly cells: Int32Array
}

// Every cell of someone unknown is a person of its own: nothing says that two of them are the same.
const peopleOf = ({ user, training }: RankingTask): Person[] => {
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

/** What each of some people holds out, and what is no candidate of theirs. */
interface Lists {
  readonly held: Sparse
  readonly skip: Sparse
  /** Beside `held`; a repeated cell is one held-out item with the values of all. */
  readonly weights: readonly number[]
  /** Values of held-out items that training never saw, by person. */
  readonly unknown: readonly (readonly number[])[]
}

const sparseOf = (lists: readonly (readonly number[])[]): Sparse => {
  const start = new Int32Array(lists.length + 1)
  for (const [place, { length }] of lists.entries()) start[place + 1] = start[place]! + length
  return { start, index: Int32Array.from(lists.flat()) }
}

const listsOf = (question: RankingTask, people: readonly Person[]): Lists => {
  const unknown: number[][] = []
  const held = people.map(({ cells }) => {
    const items = new Map<number, number>()
    const others: number[] = []
    for (const cell of cells) {
      const item = question.item[cell]!
      const weight = question.weight?.[cell] ?? 1
      if (item >= 0) items.set(item, (items.get(item) ?? 0) + weight)
      else others.push(weight)
    }
    unknown.push(others)
    return items
  })
  return {
    held: sparseOf(held.map((items) => [...items.keys()])),
    skip: sparseOf(
      people.map(({ user }, place) => {
        const seen = new Set(seenBy(question, user))
        return [...seen].filter((item) => !held[place]!.has(item))
      }),
    ),
    weights: held.flatMap((items) => [...items.values()]),
    unknown,
  }
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
const reached = (candidates: Float32Array, scores: Float32Array): Int32Array => {
  // a score that is no number is below everything
  const ascending = [...scores.keys()]
    .filter((place) => scores[place]! > -Infinity)
    .sort((a, b) => (scores[a]! < scores[b]! ? -1 : 1))
  const counts = new Int32Array(scores.length).fill(candidates.length)
  let length = candidates.length
  for (const place of ascending) {
    length = reaching(candidates, length, scores[place]!)
    counts[place] = length
  }
  return counts
}

/** `reach` by the scores of all pairs. */
const reachOf =
  (scorer: Scorer, items: number): CountAtLeast =>
  async (users, held, skip) => {
    const counts = new Int32Array(held.index.length)
    // 1 for items that are no candidates
    const excluded = new Uint8Array(items)
    const kept = new Float32Array(items)
    const size = Math.max(1, Math.floor(blockSize / Math.max(1, items)))
    for (let from = 0; from < users.length; from += size) {
      const block = users.subarray(from, from + size)
      const everyone = Int32Array.from({ length: block.length * items }, (_, pair) => block[Math.floor(pair / items)]!)
      const scores = await scorer.scorePairs(
        everyone,
        Int32Array.from(everyone, (_, pair) => pair % items),
      )
      for (let place = 0; place < block.length; place++) {
        const own = scores.subarray(place * items, (place + 1) * items)
        const [first, last] = [held.start[from + place]!, held.start[from + place + 1]!]
        const skipped = skip.index.subarray(skip.start[from + place], skip.start[from + place + 1])
        for (const item of skipped) excluded[item] = 1
        let count = 0
        for (let item = 0; item < items; item++) {
          kept[count] = own[item]!
          count += 1 - excluded[item]!
        }
        for (const item of skipped) excluded[item] = 0
        const wanted = Float32Array.from(held.index.subarray(first, last), (item) => own[item]!)
        counts.set(reached(kept.subarray(0, count), wanted), first)
      }
    }
    return counts
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
    const { scorer, training } = question
    const items = training.items.ids.count
    const reach = scorer.countAtLeast ?? reachOf(scorer, items)
    const everyone = peopleOf(question)
    for (let from = 0; from < everyone.length; from += peopleAtOnce) {
      const people = everyone.slice(from, from + peopleAtOnce)
      const { held, skip, weights, unknown } = listsOf(question, people)
      const counts = await reach(
        Int32Array.from(people, ({ user }) => user),
        held,
        skip,
      )
      for (const place of people.keys()) {
        const ranked = Array.from(counts.subarray(held.start[place], held.start[place + 1]), (count, index) => ({
          rank: count - 1,
          weight: weights[held.start[place]! + index]!,
        })).sort((a, b) => a.rank - b.rank)
        yield {
          ranks: ranked.map(({ rank }) => rank),
          held: ranked.length + unknown[place]!.length,
          candidates: Math.max(0, items - (skip.start[place + 1]! - skip.start[place]!) - 1),
          weights: [...ranked.map(({ weight }) => weight), ...unknown[place]!],
        }
      }
    }
  },
}
