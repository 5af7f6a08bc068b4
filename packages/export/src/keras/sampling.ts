import type { EmbeddingNode, KerasText, LoweredProgram, NumbersNode } from '@recspec/core'
import { pythonLiteral } from '../python.js'
import type { readInputs } from './arrays.js'
import { dictionary, importing, title } from './forms.js'
import { batchSizeOf, groupSpec, type KerasPhases, leafSpec, type TaskGroup } from './phases.js'
import { batches } from './python/batches.js'
import { scheduled } from './python/schedules.js'
import { joinTexts, orderedTexts } from './texts.js'
import type { Method } from './walk.js'

const inputSpec = (program: LoweredProgram, name: string) => {
  const { node, state } = program.inputs.get(name)!
  const { definition, params, entity, of } = node
  if (definition.reads !== 'interactions') return { entity, history: false, dropout: definition.dropout?.(params) ?? 0 }
  const { before, dropout, noise = 0, extremes = 0, times = false } = definition.window!(params)
  return {
    ...{ entity, history: true, params, state, before, dropped: dropout, noise, extremes, times },
    ...(of ? { of: of.name, of_events: of.entity === 'event' } : {}),
  }
}

/** A task that is trained, and its method. */
export type TrainedMethod = { readonly task: TaskGroup; readonly method: Method }

/** The text of batches.py. */
export const batchesText = (
  program: LoweredProgram,
  inputs: ReturnType<typeof readInputs>,
  encoders: readonly (readonly [string, KerasText])[],
  { trained, left }: KerasPhases,
  score: Method,
  methods: readonly TrainedMethod[],
  seed: number,
  isTrained: boolean,
): string => {
  const { graph, dataset } = program
  const leavesOf = (leaves: readonly (EmbeddingNode | NumbersNode)[], task?: TaskGroup) =>
    leaves.map((node) => leafSpec(program, node, task))
  const phases = trained.map((one): readonly [number, string] => {
    const { params } = one.phase
    const spec = {
      epochs: params['epochs'],
      batchSize: batchSizeOf(one.phase),
      learningRate: params['learningRate'],
      weightDecay: params['weightDecay'] ?? 0,
      clipNorm: params['clipNorm'] ?? null,
      params,
      groups: one.groups.map((task) => ({
        ...groupSpec(program, task),
        leaves: leavesOf(methods.find((method) => method.task === task)!.method.leaves, task),
      })),
    }
    return [one.index, pythonLiteral(spec)]
  })
  const runs =
    left.length === 0 && !isTrained ? trained.map(({ index }) => index) : trained.slice(-1).map(({ index }) => index)
  return joinTexts([
    `"""${title(graph)}: encoded data, negatives and batches; written by recspec export --to keras."""\n\n` +
      importing(['collections', 'functools', 'os'], ['keras', 'numpy as np', 'safetensors.numpy']) +
      '\n\nFOLDER = os.path.dirname(os.path.abspath(__file__))',
    [
      `USERS, ITEMS, SEED = ${dataset.users.ids.count}, ${dataset.items.ids.count}, ${seed}`,
      '# the inputs of the document, and the nodes that read them: in training, and for scores',
      dictionary(
        'INPUTS',
        inputs.map(({ name }) => [name, pythonLiteral(inputSpec(program, name))]),
      ),
      `PHASES = {${phases.map(([index, text]) => `\n    ${index}: ${text},`).join('')}\n}`,
      `TRAINED = ${pythonLiteral(runs)}`,
      `SCORING = ${pythonLiteral(leavesOf(score.leaves))}`,
    ].join('\n'),
    scheduled,
    ...orderedTexts(encoders.map(([, text]) => text)),
    dictionary(
      'ENCODERS',
      encoders.map(([name, text]) => [name, text.name]),
    ),
    batches,
  ])
}
