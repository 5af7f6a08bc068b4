import {
  type CandidateSet,
  checkRanking,
  holdOut,
  isSentence,
  type Plugin,
  type Ranking,
  type RankingTask,
  sparse,
  splits,
} from '@recspec/core'
import { key, uniform } from '@recspec/kernels'
import { bareFault } from '../barefault.js'
import type { Check } from '../check.js'
import { frozen } from '../frozen.js'
import { impureCalls } from '../impure.js'
import { type Kind, type OperatorCases, operatorOf, typeOf } from '../kind.js'
import { deadParameters } from '../parameters.js'
import { type Params, settingsOfCases, withDefaults } from '../settings.js'
import { changedNumbers, numbersOf, world } from '../world.js'

/** One use of a candidate set. */
export interface CandidateCase {
  readonly params?: Params
}

/** What the author of a candidate set gives. */
export type CandidateCases = OperatorCases<CandidateCase, CandidateCase>

interface CandidateSubject {
  readonly type: string
  readonly plugin: Plugin
  readonly set: CandidateSet
  readonly settings: readonly Params[]
}

/**
 * The task that candidate sets rank: the held-out rows of the kit's data, one of an unknown user and one of an unknown
 * item, with stored candidates.
 */
const task = (seed = 1): RankingTask => {
  const data = world()
  const { training, test } = holdOut(
    data,
    { split: { type: 'ratio', definition: splits['ratio']!, params: { test: 0.3 } } } as never,
    1,
  )
  const user = Int32Array.of(...test!.user, -1, 0)
  const item = Int32Array.of(...test!.item, 2, -1)
  const sizes = { users: training.users.ids.count, items: training.items.ids.count }
  const length = 3
  return {
    scorer: {
      predict: (users, items) => Float32Array.from(users, (one, k) => uniform(key(9, one, items[k]!), 0)),
      scorePairs: (users, items) => Float32Array.from(users, (one, k) => uniform(key(9, one, items[k]!), 0)),
    },
    training: {
      ...training,
      candidates: {
        user,
        item,
        start: Int32Array.from({ length: user.length + 1 }, (_, cell) => cell * length),
        lists: Int32Array.from({ length: user.length * length }, (_, k) => (k * 5 + 1) % sizes.items),
      },
    },
    seen: sparse(training.events, 'user', sizes),
    user,
    item,
    weight: Float64Array.from(user, (_, cell) => 1 + (cell % 3)),
    seed,
  }
}

const rankingsOf = async (set: CandidateSet, params: Params, given = task()): Promise<readonly Ranking[]> => {
  const found: Ranking[] = []
  for await (const one of set.rank(structuredClone(params), given)) found.push(one)
  return found
}

const text = async (set: CandidateSet, params: Params, given = task()): Promise<string> =>
  JSON.stringify(
    (await rankingsOf(set, params, given)).map(({ ranks, tied, held, candidates }) => [
      [...Array.from(ranks)],
      tied && [...Array.from(tied)],
      held,
      candidates,
    ]),
  )

const rankings: Check<CandidateSubject> = {
  name: 'rankings',
  decides: true,
  says: 'ranks ascend within the candidates, and every held-out item has a cell',
  async *run({ set, settings, type, plugin }) {
    const use = { place: '', type, plugins: [plugin] }
    for (const params of settings) {
      const label = `with ${JSON.stringify(params)}`
      const found = await rankingsOf(set, params)
      if (found.length === 0) yield `gives no rankings, ${label}`
      for (const one of found) {
        const sentence = bareFault(use, () => checkRanking(use, one))
        if (sentence) yield `${sentence}, ${label}`
        if (one.cells && one.cells.length !== one.held)
          yield `gives ${one.cells.length} cells for ${one.held} held-out items, ${label}`
        if (one.weights && one.weights.length !== one.held)
          yield `gives ${one.weights.length} weights for ${one.held} held-out items, ${label}`
      }
    }
  },
}

const protocol: Check<CandidateSubject> = {
  name: 'protocol',
  says: 'settings that rank among other items have other protocol ids',
  async *run({ set, settings }) {
    const known = new Map<string, { readonly params: Params; readonly ranked: string }>()
    for (const params of settings) {
      const id = set.protocol(params, task().training)
      if (typeof id !== 'string' || id === '' || /\s/.test(id)) {
        yield `has the protocol id ${JSON.stringify(id)}, expected a word, with ${JSON.stringify(params)}`
        continue
      }
      const ranked = await text(set, params)
      const other = known.get(id)
      if (other && other.ranked !== ranked)
        yield `has the protocol id "${id}" with ${JSON.stringify(other.params)} and with ${JSON.stringify(params)}, which rank among other items`
      known.set(id, { params, ranked })
    }
  },
}

const deterministic: Check<CandidateSubject> = {
  name: 'determinism',
  says: 'the same seed gives the same rankings, without a clock or random numbers of its own',
  async *run({ set, settings }) {
    for (const params of settings) {
      const texts: string[] = []
      const calls = await impureCalls(async () => {
        for (let run = 0; run < 2; run++) texts.push(await text(set, params))
      })
      if (calls.length > 0) yield `calls ${calls.join(', ')}, with ${JSON.stringify(params)}`
      if (texts[0] !== texts[1]) yield `gives other rankings with the same seed, with ${JSON.stringify(params)}`
    }
  },
}

const unwritten: Check<CandidateSubject> = {
  name: 'data unwritten',
  says: 'parameters, the task and the data set are left as they are',
  async *run({ set, settings }) {
    for (const params of settings) {
      const given = task()
      const arrays = () => [
        ...numbersOf(given.training),
        ['users of the task', given.user.slice()] as const,
        ['items of the task', given.item.slice()] as const,
        ['seen items', given.seen.index.slice()] as const,
      ]
      const before = arrays()
      for await (const _ of set.rank(frozen(structuredClone(params)), given)) {
        // rankings are checked elsewhere
      }
      const [written] = changedNumbers(before, arrays())
      if (written !== undefined) yield `writes into the ${written}, with ${JSON.stringify(params)}`
    }
  },
}

const parameters: Check<CandidateSubject> = {
  name: 'parameters',
  says: 'every declared parameter changes the rankings',
  applies: ({ set }) => Object.keys(set.params.properties).length > 0,
  async *run({ set, settings }) {
    yield* deadParameters(
      set.params,
      settings.map((params) => ({ params, print: (one: Params) => text(set, one) })),
    )
  },
}

/** How candidate sets are checked. */
export const candidateKind: Kind<CandidateSubject, CandidateCases> = {
  section: 'candidates',
  noun: 'candidate set',
  checks: [rankings, unwritten, deterministic, protocol, parameters],
  subject: (plugin, name, { cases }) => {
    const set = operatorOf(plugin, 'candidates', 'candidate set', name)
    const settings = settingsOfCases(set.params, cases)
    return { type: typeOf(plugin, name), plugin, set, settings }
  },
  untested: ({ settings }) =>
    settings.length > 0 ? undefined : 'no parameters were found that its schema accepts: give "cases"',
  refusal: (plugin, name, { params = {} }) => {
    const set = operatorOf(plugin, 'candidates', 'candidate set', name)
    try {
      set.protocol(withDefaults(set.params, params), task().training)
      return undefined
    } catch (error) {
      return isSentence(error) ? error.message : String(error)
    }
  },
}
