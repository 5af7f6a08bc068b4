import { availableParallelism } from 'node:os'
import { estimateMemory, type Graph } from '@recspec/core'
import { Command, Option } from 'commander'
import { answer, type Context } from '../context.js'
import { loadDataset } from '../input/dataset.js'
import { loadGraph } from '../input/document.js'
import {
  type DataOptions,
  type PluginOptions,
  type SetOptions,
  withJson,
  withOptionalData,
  withPlugins,
  withSet,
} from '../input/options.js'
import { describe } from '../output/explain/describe.js'
import { explainDot } from '../output/explain/dot.js'
import { explainJson } from '../output/explain/json.js'
import { explainMermaid } from '../output/explain/mermaid.js'
import { sizesOf, sizesText } from '../output/explain/sizes.js'
import { explainText } from '../output/explain/text.js'

const FORMATS: ReadonlyMap<string, (graph: Graph, width?: number) => string> = new Map([
  ['text', explainText],
  ['mermaid', explainMermaid],
  ['dot', explainDot],
  ['json', explainJson],
])

interface Options extends PluginOptions, SetOptions, Partial<DataOptions> {
  readonly format: string
  readonly normalized?: true
  readonly json?: true
}

/** `recspec explain`: what a document means. */
export const explainCommand = (context: Context): Command =>
  withOptionalData(
    withPlugins(withSet(withJson(new Command('explain')))),
    'for real counts, memory, and what is likely wrong in it',
  )
    .description('show the graph of a document: shapes, parameters, sides, how each phase trains')
    .argument('<file>', 'a document')
    .addOption(new Option('--format <format>', 'the format').choices([...FORMATS.keys()]).default('text'))
    .option('--normalized', 'print the document with macros expanded and defaults filled in instead')
    .action(async (file: string, options: Options) => {
      const { host } = context
      const graph = await loadGraph(host, file, options)
      const sizes =
        options.data === undefined
          ? undefined
          : sizesOf(options.data, (await loadDataset(host, { ...options, data: options.data })).dataset, (dataset) =>
              estimateMemory(graph, dataset, { threads: availableParallelism() }),
            )
      if (options.json)
        answer(context, options.normalized ? graph.document : { ...describe(graph), ...(sizes ? { data: sizes } : {}) })
      else if (options.normalized) host.out(`${JSON.stringify(graph.document, null, 2)}\n`)
      else {
        host.out(FORMATS.get(options.format)!(graph, host.outputWidth))
        if (sizes) host.out(sizesText(sizes))
      }
    })
