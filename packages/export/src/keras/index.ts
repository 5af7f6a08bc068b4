import { Failure, type LoweredProgram, type Model, safetensorsBytes } from '@recspec/core'
import { dataTensors, weightTensors } from './arrays.js'
import { leftNotes } from './left.js'
import { kerasPhases } from './phases.js'
import { programsOf } from './program.js'

/** The folder of a Keras 3 program: its files by name, and what is not in it. */
export interface KerasFolder {
  readonly files: ReadonlyMap<string, Uint8Array | string>
  /** Sentences about phases that Keras does not train. */
  readonly notes: readonly string[]
  /** Phases that train.py trains, counted from 1. */
  readonly phases: readonly number[]
}

/** The file of weights in the folder. */
export const weightsFile = 'weights.safetensors'
/** The model that the folder was written from. */
export const artifactFile = 'model.safetensors'

/**
 * A model as a Keras 3 program: network, losses, batches and training as Python text, weights and encoded data as
 * safetensors. `trained`: its weights were trained. Throws a `Failure` of kind `plugin` that names an operator
 * without `keras`.
 */
export const kerasFolder = async (model: Model, options: { readonly trained: boolean }): Promise<KerasFolder> => {
  const { graph } = model
  const [program] = model.programs as [LoweredProgram]
  const sampled = options.trained && graph.phases.find(({ solver }) => solver.kind === 'samples')
  if (sampled)
    throw new Failure(
      'training',
      `the model averages the scores of samples of "${sampled.type}", and a Keras program has one set of weights`,
      'export a model of another solver, or the document with --data',
    )
  const phases = kerasPhases(program, model.compact)
  const programs = programsOf(program, phases, model.seed, options.trained)
  const ids = ({ ids: { count, at } }: Model['users']) =>
    `${JSON.stringify(Array.from({ length: count }, (_, index) => at(index)))}\n`
  const files = new Map<string, Uint8Array | string>([
    ['model.py', programs.model],
    ['batches.py', programs.batches],
    ['score.py', programs.score],
    ...(programs.train === undefined ? [] : [['train.py', programs.train] as const]),
    [weightsFile, safetensorsBytes(weightTensors(program, model.shapes))],
    ['data.safetensors', safetensorsBytes(dataTensors(program, programs.inputs, phases.trained))],
    ['users.json', ids(model.users)],
    ['items.json', ids(model.items)],
    ['recspec.json', `${JSON.stringify(graph.document, undefined, 2)}\n`],
    [artifactFile, await model.save()],
  ])
  return { files, notes: leftNotes(phases), phases: phases.trained.map(({ index }) => index + 1) }
}
