import type { Sampler, UserSampler } from '@recspec/core'
import { key } from '@recspec/kernels'
import type { Check } from '../check.js'
import { short } from '../compare.js'
import { type Document, descent, factors, refusalOf, usable } from '../documents.js'
import { frozen } from '../frozen.js'
import { impureCalls } from '../impure.js'
import { type Kind, type OperatorCases, operatorOf, typeOf } from '../kind.js'
import { lifecycle, type Trainable } from '../lifecycle.js'
import { bound, objective } from '../losses/objective.js'
import { deadParameters } from '../parameters.js'
import { type Params, settingsOfCases } from '../settings.js'
import { changedNumbers, numbersOf, world } from '../world.js'

/** One use of a sampler. */
export interface SamplerCase {
  readonly params?: Params
}

/** What the author of a sampler gives. */
export type SamplerCases = OperatorCases<SamplerCase, SamplerCase>

interface SamplerSubject extends Trainable {
  readonly type: string
  readonly sampler: Sampler
  readonly settings: readonly Params[]
}

const DRAWS = 4000

const usersOf = (): readonly number[] => [-1, 0, 3, world().users.ids.count - 1]

/** Items that a sampler draws for a user. */
const drawn = (draws: UserSampler, user: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, draw) => draws.item(user, key(5), draw))

const text = ({ weights, draws }: Sampler, params: Params): string => {
  const given = weights?.(params, world())
  const own = draws?.(params, world())
  return JSON.stringify([
    given === 'equal' || !given ? given : [...given],
    own && usersOf().map((user) => [drawn(own, user, 60), own.logQ?.(user, 1)]),
  ])
}

/** Core draws with it in training, and checks weights and items. */
const draws: Check<SamplerSubject> = {
  name: 'draws',
  decides: true,
  says: 'weights and draws are those of items',
  async *run({ graphs, type }) {
    for (const graph of graphs)
      try {
        objective(await bound(graph)).evaluate()
      } catch (error) {
        yield (error as Error).message.replace(new RegExp(`^.*${type}( \\([^)]*\\))? `), '')
      }
  },
}

const probabilities: Check<SamplerSubject> = {
  name: 'log-q',
  says: 'items are drawn as often as log-q says',
  applies: ({ sampler }) => sampler.draws !== undefined,
  *run({ sampler, settings }) {
    const items = world().items.ids.count
    for (const params of settings) {
      const own = sampler.draws!(params, world())
      if (!own.logQ) continue
      for (const user of usersOf()) {
        const counts = new Float64Array(items)
        for (const item of drawn(own, user, DRAWS)) counts[item]! += 1 / DRAWS
        for (let item = 0; item < items; item++) {
          const share = Math.exp(own.logQ(user, item))
          if (Math.abs(share - counts[item]!) <= 0.04) continue
          yield `draws item ${item} for user ${user} in ${short(counts[item])} of all draws, and log-q says ${short(share)}, with ${JSON.stringify(params)}`
          break
        }
      }
    }
  },
}

const deterministic: Check<SamplerSubject> = {
  name: 'determinism',
  says: 'a draw depends on user, key and number alone, without a clock or random numbers of its own',
  async *run({ sampler, settings }) {
    for (const params of settings) {
      let differs = false
      const calls = await impureCalls(() => {
        const [first, second] = [text(sampler, params), text(sampler, params)]
        if (first !== second) differs = true
        const own = sampler.draws?.(params, world())
        if (!own) return
        const forward = drawn(own, 0, 50)
        const backward = Array.from({ length: 50 }, (_, k) => own.item(0, key(5), 49 - k)).reverse()
        if (forward.some((item, place) => item !== backward[place])) differs = true
      })
      if (calls.length > 0) yield `calls ${calls.join(', ')}, with ${JSON.stringify(params)}`
      if (differs) yield `draws other items for the same key and number, with ${JSON.stringify(params)}`
    }
  },
}

const unwritten: Check<SamplerSubject> = {
  name: 'inputs unwritten',
  says: 'parameters and the data set are left as they are',
  *run({ sampler, settings }) {
    for (const params of settings) {
      const data = world()
      const before = numbersOf(data)
      const own = frozen(structuredClone(params))
      sampler.weights?.(own, data)
      const user = sampler.draws?.(own, data)
      if (user) drawn(user, 0, 10)
      const [written] = changedNumbers(before, numbersOf(data))
      if (written !== undefined) yield `writes into the ${written}, with ${JSON.stringify(params)}`
    }
  },
}

const parameters: Check<SamplerSubject> = {
  name: 'parameters',
  says: 'every declared parameter changes weights or draws',
  applies: ({ sampler }) => Object.keys(sampler.params.properties).length > 0,
  async *run({ sampler, settings }) {
    yield* deadParameters(
      sampler.params,
      settings.map((params) => ({ params, print: (one: Params) => text(sampler, one) })),
    )
  },
}

const documentOf = (type: string, params: Params): Document => ({
  ...factors,
  heads: {
    kit: {
      inputs: ['score'],
      loss: {
        type: 'bpr',
        negatives: {
          ...(type === 'in-batch' ? {} : { count: 2 }),
          sampler: Object.keys(params).length > 0 ? { type, ...params } : type,
        },
      },
    },
  },
  solver: descent,
})

/** How samplers are checked. */
export const samplerKind: Kind<SamplerSubject, SamplerCases> = {
  section: 'samplers',
  noun: 'sampler',
  checks: [draws, unwritten, deterministic, probabilities, parameters, ...lifecycle],
  subject: (plugin, name, { cases }) => {
    const sampler = operatorOf(plugin, 'samplers', 'sampler', name)
    const type = typeOf(plugin, name)
    const settings = settingsOfCases(sampler.params, cases)
    const { found, refused } = usable(
      settings.map((params) => documentOf(type, params)),
      plugin,
      3,
    )
    return {
      type,
      plugin,
      sampler,
      settings,
      graphs: found.map(({ graph }) => graph),
      ...(refused ? { refused } : {}),
      trainings: new Map(),
    }
  },
  untested: ({ graphs, refused }) =>
    graphs.length > 0 || refused?.isFault
      ? undefined
      : `no document with it compiles (${refused?.mistakes[0]}): give "cases"`,
  refusal: (plugin, name, { params = {} }) => {
    return refusalOf(documentOf(typeOf(plugin, name), params), plugin)
  },
}
