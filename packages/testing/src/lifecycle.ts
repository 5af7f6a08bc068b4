import {
  type Cell,
  type Dataset,
  type Graph,
  load,
  type Model,
  type Plugin,
  readCheckpoint,
  train,
} from '@recspec/core'
import { compileStored } from '@recspec/dsl'
import type { Check } from './check.js'
import { firstDifference, sameBits, short } from './compare.js'
import { besides, type Compiled } from './documents.js'
import { impureCalls } from './impure.js'
import { testKernels } from './kernels.js'
import { changedNumbers, numbersOf, world } from './world.js'

/** Documents with an operator, compiled, that are trained as a whole. */
export interface Trainable {
  readonly plugin: Plugin
  readonly graphs: readonly Graph[]
  /** What the compiler says where no document with the operator compiles. */
  readonly refused?: Compiled
  /** Values of a column `cells`, where a case gives any for a graph. */
  readonly cells?: ReadonlyMap<Graph, readonly Cell[]>
  /** The results of training, made once. */
  readonly trainings: Map<Graph, Promise<Training>>
}

/** What was seen of a document in training. */
interface Training {
  readonly error?: unknown
  readonly file: Uint8Array
  /** The file of the second training. */
  readonly again: Uint8Array
  readonly checkpoints: readonly Uint8Array[]
  readonly scores: Float32Array
  readonly impure: readonly string[]
  /** Numbers of the data set that were changed, by name. */
  readonly written: readonly string[]
}

/** Checkpoints of a run that are resumed from. */
const MOST_CHECKPOINTS = 4

const nothing: Uint8Array = new Uint8Array(0)

const trainingOf = ({ trainings, cells }: Trainable, graph: Graph): Promise<Training> => {
  const found = trainings.get(graph) ?? trainTwice(graph, cells?.get(graph))
  trainings.set(graph, found)
  return found
}

const trainTwice = async (graph: Graph, cells: readonly Cell[] | undefined): Promise<Training> => {
  const kernels = await testKernels()
  const data = world(cells)
  const before = numbersOf(data)
  const checkpoints: Uint8Array[] = []
  let file = nothing
  let again = nothing
  let scores: Float32Array = new Float32Array(0)
  let error: unknown
  const impure = await impureCalls(async () => {
    try {
      const options = {
        kernels,
        checkpointEvery: { steps: 1 },
        onCheckpoint: async (bytes: Uint8Array) => void checkpoints.push(bytes),
      }
      const { model, evaluationError } = await train(graph, data, options)
      if (evaluationError) throw evaluationError
      file = await model.save()
      scores = scoresOf(model, data)
      again = await (await train(graph, data, { kernels })).model.save()
    } catch (thrown) {
      error = thrown
    }
  })
  const written = changedNumbers(before, numbersOf(data))
  return { ...(error === undefined ? {} : { error }), file, again, checkpoints, scores, impure, written }
}

/** Predictions of all events. */
const scoresOf = (model: Model, { events }: Dataset): Float32Array => model.predict(events.user, events.item, events)

const printed = (error: unknown): string => (error instanceof Error ? error.message.split('\n')[0]! : String(error))

/** The checks that train documents as a whole; they come after those that name what is wrong more closely. */
export const wholeRuns: readonly Check<Trainable>[] = [
  {
    name: 'training',
    says: 'a document with it compiles and trains',
    applies: ({ graphs, refused }) => graphs.length > 0 || refused?.isFault === true,
    async *run(subject) {
      const { graphs, refused } = subject
      if (graphs.length === 0 && refused) yield* refused.mistakes
      for (const graph of graphs) {
        const { error } = await trainingOf(subject, graph)
        if (error !== undefined) yield printed(error)
      }
    },
  },
  {
    name: 'repeat',
    says: 'two trainings give the same bytes, without a clock or random numbers of their own',
    applies: ({ graphs }) => graphs.length > 0,
    async *run(subject) {
      for (const graph of subject.graphs) {
        const { error, file, again, impure } = await trainingOf(subject, graph)
        if (impure.length > 0) yield `calls ${impure.join(', ')} in training`
        if (error === undefined && !sameBits(file, again)) yield 'gives another model when it is trained again'
      }
    },
  },
  {
    name: 'saving',
    says: 'a model that was saved and loaded gives the same predictions and the same file',
    applies: ({ graphs }) => graphs.length > 0,
    async *run(subject) {
      for (const graph of subject.graphs) {
        const { error, file, scores } = await trainingOf(subject, graph)
        if (error !== undefined) continue
        const plugins = besides(subject.plugin)
        const kernels = await testKernels()
        const model = await load(file, (document, stored) => compileStored(document, plugins, stored), { kernels })
        const found = scoresOf(model, world(subject.cells?.get(graph)))
        const place = firstDifference(found, scores, 0)
        if (place >= 0) yield `predicts ${short(scores[place])} after training and ${short(found[place])} after loading`
        else if (!sameBits(await model.save(), file)) yield 'is saved with other bytes after loading'
      }
    },
  },
  {
    name: 'resume',
    says: 'training that resumes from a report gives the same bytes',
    applies: ({ graphs }) => graphs.length > 0,
    async *run(subject) {
      for (const graph of subject.graphs) {
        const { error, file, checkpoints } = await trainingOf(subject, graph)
        if (error !== undefined) continue
        const step = Math.max(1, Math.ceil(checkpoints.length / MOST_CHECKPOINTS))
        for (let place = 0; place < checkpoints.length; place += step) {
          const resume = await readCheckpoint(checkpoints[place]!)
          const rest = await train(graph, world(subject.cells?.get(graph)), {
            kernels: await testKernels(),
            resume: resume!,
          })
          if (!sameBits(await rest.model.save(), file))
            yield `gives another model when it resumes from step ${resume!.step}`
        }
      }
    },
  },
]

/** Training leaves the data set as it is. */
const dataUnwritten: Check<Trainable> = {
  name: 'data unwritten',
  says: 'training leaves the data set as it is',
  applies: ({ graphs }) => graphs.length > 0,
  async *run(subject) {
    for (const graph of subject.graphs)
      for (const name of (await trainingOf(subject, graph)).written) yield `writes into the ${name}`
  },
}

/** All of them. */
export const lifecycle: readonly Check<Trainable>[] = [...wholeRuns, dataUnwritten]
