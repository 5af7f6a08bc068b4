import { printAll } from '@recspec/dsl'
import { Command } from 'commander'
import { answer, type Context } from '../context.js'
import { diagnosticsReason, EXIT, printError } from '../exit.js'
import { checkSource, readSource } from '../input/document.js'
import { type PluginOptions, type SetOptions, withJson, withPlugins, withSet } from '../input/options.js'

interface Options extends PluginOptions, SetOptions {
  readonly json?: true
}

/** `recspec check`: every mistake in documents, with place and hint. */
export const checkCommand = (context: Context): Command =>
  withPlugins(withSet(withJson(new Command('check'))))
    .description('find every mistake in documents')
    .argument('<files...>', 'documents')
    .action(async (files: readonly string[], options: Options) => {
      const { host } = context
      const say = options.json ? () => {} : host.out
      const found: { readonly code: string; readonly [key: string]: unknown }[] = []
      let omitted = 0
      for (const file of files) {
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
        const { diagnostics } = checked
        omitted += checked.omitted
        if (diagnostics.length === 0) say(`${file}: ok\n`)
        else say(`${printAll(checked)}\n\n`)
        for (const diagnostic of diagnostics) {
          const { code, pointer, line, column, message, hint } = diagnostic
          found.push({ file, code, pointer, line, column, message, hint: hint ?? '' })
        }
      }
      if (found.length > 0) context.code = EXIT[diagnosticsReason(found)]
      if (options.json) answer(context, { diagnostics: found, omitted, files: files.length })
    })
