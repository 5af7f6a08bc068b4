import { Command, Option } from 'commander'
import type { Context } from '../context.js'
import { failure } from '../exit.js'
import type { ExportOptions } from '../export/format.js'
import { exportFormats } from '../export/index.js'
import { fromKeras } from '../export/kerasback.js'
import { exportVectors } from '../export/vectors.js'
import { withJson, withOptionalData, withPlugins, withRuntime, withSeed, withSet } from '../input/options.js'

/** `recspec export`: a model for other programs. */
export const exportCommand = (context: Context): Command =>
  withPlugins(
    withSet(
      withSeed(
        withRuntime(
          withOptionalData(
            withJson(new Command('export')),
            'what a document is exported with; with --from what the model is measured on',
          ),
        ),
      ),
    ),
  )
    .description('write a model for other programs: docs/serving.md says how files are laid out')
    .argument('<file>', 'a trained model; a document where the format takes one; with --from a folder')
    .addOption(
      new Option('--to <format>', exportFormats.map(({ name, summary }) => `${name}: ${summary}`).join('; ')).choices(
        exportFormats.map(({ name }) => name),
      ),
    )
    .addOption(
      new Option('--from <format>', 'the way back: a model of what another program trained').choices(['keras']),
    )
    .addOption(new Option('--vectors <side>', 'the vectors of one side').choices(['user', 'item']))
    .option('--table <name>', 'the vectors of a table, or of another node; default: those whose product is the score')
    .requiredOption(
      '--out <path>',
      'a file: .npy (ids beside it as .ids.csv), .parquet, .csv, .tsv or .jsonl; a folder for most formats of --to',
    )
    .action(async (path: string, options: ExportOptions) => {
      if (options.from !== undefined && options.to !== undefined)
        throw failure('document', '--from and --to are different ways', 'give one of them')
      if (options.from !== undefined) return fromKeras(context, path, options)
      const format = exportFormats.find(({ name }) => name === options.to)
      const both = options.vectors === undefined ? options.table && '--table' : '--vectors'
      if (format && both)
        throw failure('document', `--to ${format.name} takes no ${both}`, 'give --to, or --vectors with a --table')
      if (format) return format.write(context, path, options)
      const unread = options.data === undefined ? options.set && '--set' : '--data'
      if (unread)
        throw failure('document', `${unread} is read where a document is exported`, 'leave it out, or add --to keras')
      if (options.vectors === undefined)
        throw failure('document', 'nothing to export', 'give --vectors user or --vectors item, or a format to --to')
      return exportVectors(context, path, options.vectors, options)
    })
