import { type Dataset, type Finding, lint, lintDocument } from '@recspec/core'
import { printAll } from '@recspec/dsl'
import { Command } from 'commander'
import { answer, type Context } from '../context.js'
import { diagnosticsReason, EXIT, printError } from '../exit.js'
import { loadDataset } from '../input/dataset.js'
import { checkSource, isDataDocument, readSource } from '../input/document.js'
import {
  type DataOptions,
  type PluginOptions,
  type SetOptions,
  withJson,
  withOptionalData,
  withPlugins,
  withSet,
} from '../input/options.js'
import { findingText, summaryOf, summaryText } from '../output/lint.js'

interface Options extends PluginOptions, SetOptions, Partial<DataOptions> {
  readonly json?: true
}

/** `recspec check`: every mistake in documents, with place and hint, and what is likely wrong in their data. */
export const checkCommand = (context: Context): Command =>
  withOptionalData(withPlugins(withSet(withJson(new Command('check')))), 'to look for what is likely wrong in it')
    .description('find every mistake in documents, and what is likely wrong in data')
    .argument('<files...>', 'documents of models, or data documents')
    .action(async (files: readonly string[], options: Options) => {
      const { host } = context
      const say = options.json ? () => {} : host.out
      const found: { readonly code: string; readonly [key: string]: unknown }[] = []
      const warnings: (Finding & { readonly file: string })[] = []
      const summaries: (ReturnType<typeof summaryOf> & { readonly file: string })[] = []
      let omitted = 0
      let read: Dataset | undefined
      const warn = (file: string, findings: readonly Finding[]) => {
        say(findingText(file, findings))
        warnings.push(...findings.map((finding) => ({ file, ...finding })))
      }
      for (const file of files) {
        if (await isDataDocument(host, file)) {
          const { dataset } = await loadDataset(host, { ...options, data: file })
          say(summaryText(file, dataset))
          summaries.push({ file, ...summaryOf(dataset) })
          warn(file, lint(dataset))
          continue
        }
        let source: Awaited<ReturnType<typeof readSource>>
        try {
          source = await readSource(host, file)
        } catch (error) {
          const message = (error as Error).message
          found.push({ file, code: 'unreadable', pointer: '', line: 0, column: 0, message, hint: '' })
          say(`${printError(error, false)}\n`)
          continue
        }
        const checked = await checkSource(host, source, options)
        const { diagnostics, graph } = checked
        omitted += checked.omitted
        if (diagnostics.length === 0) say(`${file}: ok\n`)
        else say(`${printAll(checked)}\n\n`)
        for (const diagnostic of diagnostics) {
          const { code, pointer, line, column, message, hint } = diagnostic
          found.push({ file, code, pointer, line, column, message, hint: hint ?? '' })
        }
        if (graph) warn(file, lintDocument(graph))
        if (!graph || options.data === undefined) continue
        read ??= (await loadDataset(host, { ...options, data: options.data })).dataset
        warn(options.data, lint(read, graph))
      }
      if (found.length > 0) context.code = EXIT[diagnosticsReason(found)]
      if (options.json)
        answer(context, {
          diagnostics: found,
          omitted,
          files: files.length,
          warnings,
          ...(summaries.length === 0 ? {} : { data: summaries }),
        })
    })
