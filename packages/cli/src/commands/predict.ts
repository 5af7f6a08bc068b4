import type { Events, Head, Model } from '@recspec/core'
import { predictingHead } from '@recspec/core'
import { Command } from 'commander'
import { answer, type Context } from '../context.js'
import { failure } from '../exit.js'
import { withModel } from '../input/artifact.js'
import { parseDataPath } from '../input/datapath.js'
import { findEntity } from '../input/entity.js'
import { type PluginOptions, type RuntimeOptions, withJson, withPlugins, withRuntime } from '../input/options.js'
import { readPairs } from '../input/pairs.js'
import { checkDescribed, columnsOf, type WithOption, withDescription } from '../input/with.js'
import { predictPairs } from '../output/pairs.js'
import { formatMetric, formatNumber, table } from '../output/table.js'

interface Options extends RuntimeOptions, PluginOptions, WithOption {
  readonly user?: string
  readonly item?: string
  readonly pairs?: string
  readonly out?: string
  readonly json?: true
}

/** A prediction: a number of the target, or the probabilities of its classes, the most probable one first. */
interface Prediction {
  readonly target: string
  readonly value?: number
  readonly probability?: number
  readonly class?: string | number | boolean
  readonly classes?: readonly { readonly class: string | number | boolean; readonly probability: number }[]
}

/** What is positive of a label: `Positive`, or `4 or more`. */
const positiveName = ({ target }: Head): string | number | boolean | undefined => {
  if (target?.atLeast !== undefined) return `${target.atLeast} or more`
  const positive = target?.positive
  return Array.isArray(positive) ? positive.join(' or ') : (positive as string | number | boolean | undefined)
}

const predictionOf = (model: Model, values: Float32Array): Prediction => {
  const head = predictingHead(model.graph)
  const target = head.target!.column
  if (model.classes) {
    const classes = model.classes
      .map((name, place) => ({ class: name, probability: values[place]! }))
      .sort((a, b) => b.probability - a.probability)
    return { target, class: classes[0]!.class, probability: classes[0]!.probability, classes }
  }
  if (head.loss.definition.predicts !== 'probability') return { target, value: values[0]! }
  const positive = positiveName(head)
  return { target, ...(positive === undefined ? {} : { class: positive }), probability: values[0]! }
}

const printPrediction = ({ target, value, probability, class: name, classes }: Prediction): string => {
  if (classes)
    return table(
      [[target, 'probability'], ...classes.map((one) => [String(one.class), formatMetric(one.probability)])],
      ['left', 'right'],
    )
  if (value !== undefined) return `  ${target}  ${formatNumber(value)}\n`
  return `  ${target}${name === undefined ? '' : ` is ${name}`}  probability ${formatMetric(probability!)}\n`
}

/** The row that is predicted: a known user and item where they are given, and the columns of the event. */
const rowOf = (model: Model, options: Options) => {
  const described = options.with ?? new Map()
  checkDescribed(described, model.graph, ['event'])
  const columns = new Map(columnsOf(described))
  for (const { entity, columns: read } of model.graph.inputs.values())
    for (const column of entity === 'event' ? read : [])
      if (!columns.has(column)) columns.set(column, { kind: 'number', values: Float64Array.of(Number.NaN) })
  const index = (side: 'user' | 'item', text: string | undefined) =>
    Int32Array.of(text === undefined ? -1 : findEntity(side, side === 'user' ? model.users : model.items, text))
  const [user, item] = [index('user', options.user), index('item', options.item)]
  const events: Events = { count: 1, user, item, columns }
  return { user, item, events }
}

/** `recspec predict`: what a model predicts of one event, or of every pair of a file. */
export const predictCommand = (context: Context): Command =>
  withDescription(withPlugins(withRuntime(withJson(new Command('predict')))), 'the event')
    .description('predict the target of one event, or score the pairs of a file')
    .argument('<artifact>', 'a trained model')
    .option('--user <id>', 'a user of the training data, by id or name; default: unknown')
    .option('--item <id>', 'an item of the training data, by id or name; default: unknown')
    .option(
      '--pairs <path>',
      'or a file with the columns user and item: a score for each row, in its order',
      parseDataPath,
    )
    .option('--out <path>', 'where to write the scores of --pairs: .csv, .tsv, .jsonl or .parquet; default: print them')
    .action((path: string, options: Options) => {
      const described = options.user !== undefined || options.item !== undefined || options.with !== undefined
      if (described === (options.pairs !== undefined))
        throw failure(
          'document',
          'expected --user, --item or --with, or --pairs',
          'recspec predict model.safetensors --with \'{"review":"a wonderful film"}\'',
        )
      if (options.out !== undefined && options.pairs === undefined)
        throw failure('document', '--out is where the scores of --pairs go', 'leave it out, or give --pairs')
      return withModel(context, path, options, async ({ model }) => {
        if (options.pairs !== undefined) {
          const pairs = await readPairs(context.host, options.pairs, model)
          return predictPairs(context, model, pairs, options)
        }
        if (!predictingHead(model.graph).target)
          throw failure(
            'document',
            `"${model.graph.name}" predicts no target`,
            'none of its heads has a "target"; --pairs gives the scores that it ranks by',
          )
        const { user, item, events } = rowOf(model, options)
        const prediction = predictionOf(model, model.predict(user, item, events))
        if (options.json) answer(context, prediction)
        else context.host.out(printPrediction(prediction))
      })
    })
