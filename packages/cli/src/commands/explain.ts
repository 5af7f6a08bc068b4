import type { Graph } from '@recspec/core'
import { Command, Option } from 'commander'
import { answer, type Context } from '../context.js'
import { loadGraph } from '../input/document.js'
import { type PluginOptions, type SetOptions, withJson, withPlugins, withSet } from '../input/options.js'
import { describe } from '../output/explain/describe.js'
import { explainDot } from '../output/explain/dot.js'
import { explainJson } from '../output/explain/json.js'
import { explainMermaid } from '../output/explain/mermaid.js'
import { explainText } from '../output/explain/text.js'

const FORMATS: ReadonlyMap<string, (graph: Graph, width?: number) => string> = new Map([
  ['text', explainText],
  ['mermaid', explainMermaid],
  ['dot', explainDot],
  ['json', explainJson],
])

interface Options extends PluginOptions, SetOptions {
  readonly format: string
  readonly normalized?: true
  readonly json?: true
}

/** `recspec explain`: what a document means. */
export const explainCommand = (context: Context): Command =>
  withPlugins(withSet(withJson(new Command('explain'))))
    .description('show the graph of a document: shapes, parameters, sides, how each phase trains')
    .argument('<file>', 'a document')
    .addOption(new Option('--format <format>', 'the format').choices([...FORMATS.keys()]).default('text'))
    .option('--normalized', 'print the document with macros expanded and defaults filled in instead')
    .action(async (file: string, options: Options) => {
      const { host } = context
      const graph = await loadGraph(host, file, options)
      if (options.json) answer(context, options.normalized ? graph.document : describe(graph))
      else if (options.normalized) host.out(`${JSON.stringify(graph.document, null, 2)}\n`)
      else host.out(FORMATS.get(options.format)!(graph, host.outputWidth))
    })
