import type { Sparse } from '@recspec/kernels'
import type { CountRanks, Scorer } from '../../contract/candidates.js'
import { candidateSet, type RankingTask, seenBy } from '../../contract/candidates.js'
import { Type } from '../../contract/type.js'
import { itemCounts } from '../../dataset/counts.js'
import type { Dataset } from '../../dataset/dataset.js'
import { grouped } from '../../dataset/group.js'
import { scoreAllItems } from '../scoring.js'
import { candidateCounter, emptyCounts } from './counting.js'

// skipped items (16 MiB) and rankings of a block
const skippedAtOnce = 2 ** 22
const rankingsAtOnce = 4096

/** The held-out cells of one user, as indices into the task. */
interface UserCells {
  readonly user: number
  readonly cells: Int32Array
}

// every cell of an unknown user is a ranking of its own: two of them may be different users
const usersOf = ({ user, item, training }: RankingTask, among: (item: number) => boolean): UserCells[] => {
  const { start, rows } = grouped(user, training.users.ids.count)
  const ranked = (cell: number) => among(item[cell]!)
  const known = Array.from({ length: training.users.ids.count }, (_, index) => ({
    user: index,
    cells: rows.subarray(start[index], start[index + 1]).filter(ranked),
  }))
  const unknown = [...user.keys()].filter((cell) => user[cell]! < 0 && ranked(cell))
  return [
    ...known.filter(({ cells }) => cells.length > 0),
    ...unknown.map((cell) => ({ user: -1, cells: Int32Array.of(cell) })),
  ]
}

/** Held-out items of some users, and the items that are not their candidates. */
interface Lists {
  readonly held: Sparse
  readonly skip: Sparse
  /** Weights of `held`; a repeated cell is one held-out item with the sum of its weights. */
  readonly weights: readonly number[]
  /** The first cell of each of `held`. */
  readonly cells: readonly number[]
  /** Cells of held-out items that are unknown to training, by user. */
  readonly unknown: readonly (readonly number[])[]
}

const sparseOf = (lists: readonly (readonly number[])[]): Sparse => {
  const start = new Int32Array(lists.length + 1)
  for (const [place, { length }] of lists.entries()) start[place + 1] = start[place]! + length
  return { start, index: Int32Array.from(lists.flat()) }
}

const listsOf = (
  task: RankingTask,
  users: readonly UserCells[],
  others: readonly number[],
  ranksSeen: boolean,
): Lists => {
  const unknown: number[][] = []
  const first: number[] = []
  const held = users.map(({ cells }) => {
    const items = new Map<number, number>()
    const others: number[] = []
    for (const cell of cells) {
      const item = task.item[cell]!
      const weight = task.weight?.[cell] ?? 1
      if (item < 0) others.push(cell)
      else {
        if (!items.has(item)) first.push(cell)
        items.set(item, (items.get(item) ?? 0) + weight)
      }
    }
    unknown.push(others)
    return items
  })
  return {
    held: sparseOf(held.map((items) => [...items.keys()])),
    skip: sparseOf(
      users.map(({ user }, place) => {
        const skipped = new Set(ranksSeen ? others : [...others, ...seenBy(task, user)])
        return [...skipped].filter((item) => !held[place]!.has(item))
      }),
    ),
    weights: held.flatMap((items) => [...items.values()]),
    cells: first,
    unknown,
  }
}

/** `countRanks` by the scores of all pairs. */
const countByScoring =
  (scorer: Scorer, items: number): CountRanks =>
  async (users, held, skip) => {
    const counts = emptyCounts(held)
    await scoreAllItems(scorer, items, users, candidateCounter(items, held, skip, counts))
    return counts
  }

/** The items with training events: those that are not cold. */
const warmItems = ({ events, items }: Dataset): Set<number> => {
  const counts = itemCounts(events, items.ids.count)
  return new Set([...counts.keys()].filter((item) => counts[item]! > 0))
}

/**
 * Every item, by default without those that the user has in training, or the cold ones of them; the user's other
 * held-out items are candidates too (as in the evaluation of LightGCN). One ranking per user.
 */
export const all = candidateSet({
  summary: 'every item, by default without those that the user has in training',
  params: Type.Object(
    {
      seen: Type.Optional(
        Type.Boolean({ description: 'whether items that the user has in training are candidates too; default false' }),
      ),
      among: Type.Optional(
        Type.Enum(['cold'], {
          description: '`cold`: only items without training events are ranked, and only among themselves',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  protocol: ({ seen, among }) => `all${among === undefined ? '' : `-${among}`}${seen ? '(seen)' : ''}`,
  async *rank({ seen, among }, task) {
    const { scorer, training } = task
    // items that are nobody's candidates
    const others = among === 'cold' ? warmItems(training) : new Set<number>()
    const items = training.items.ids.count
    const countRanks = scorer.countRanks ?? countByScoring(scorer, items)
    const users = usersOf(task, (item) => !others.has(item))
    const atOnce = Math.max(1, Math.min(rankingsAtOnce, Math.floor(skippedAtOnce / Math.max(1, others.size))))
    for (let from = 0; from < users.length; from += atOnce) {
      const block = users.slice(from, from + atOnce)
      const { held, skip, weights, cells, unknown } = listsOf(task, block, [...others], seen === true)
      const { above, tied } = await countRanks(
        Int32Array.from(block, ({ user }) => user),
        held,
        skip,
      )
      for (const place of block.keys()) {
        const first = held.start[place]!
        const ranked = Array.from({ length: held.start[place + 1]! - first }, (_, index) => ({
          rank: above[first + index]!,
          tied: tied[first + index]!,
          weight: weights[first + index]!,
          cell: cells[first + index]!,
        })).sort((a, b) => a.rank - b.rank)
        yield {
          ranks: ranked.map(({ rank }) => rank),
          tied: ranked.map(({ tied }) => tied),
          held: ranked.length + unknown[place]!.length,
          candidates: Math.max(0, items - (skip.start[place + 1]! - skip.start[place]!) - 1),
          weights: [...ranked.map(({ weight }) => weight), ...unknown[place]!.map((cell) => task.weight?.[cell] ?? 1)],
          cells: [...ranked.map(({ cell }) => cell), ...unknown[place]!],
        }
      }
    }
  },
})
