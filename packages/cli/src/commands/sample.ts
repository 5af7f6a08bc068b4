import { relative, resolve } from 'node:path'
import { sampleRatings, sampleReviews, sampleSongs, sampleStars, sampleTopics } from '@recspec/data'
import { Command } from 'commander'
import { answer, type Context } from '../context.js'
import { parseWhole } from '../input/number.js'
import { withJson, withSeed } from '../input/options.js'
import { checkFolder } from '../output/destination.js'
import { shellQuote } from '../output/hints.js'
import { writeSample } from '../output/sample.js'
import { formatCount } from '../output/table.js'

interface Written {
  readonly document: string
  readonly events: number
}
interface Options {
  readonly out: string
  readonly seed: number
  readonly json?: true
}
interface Sizes extends Options {
  readonly users: number
  readonly items: number
  readonly interactions: number
}

/** One kind of sample: writes it and prints where it is. */
const kind = <O extends Options>(
  context: Context,
  command: Command,
  write: (options: O, folder: string) => Written,
): Command =>
  withSeed(withJson(command))
    .option('--out <folder>', 'the folder of the files', 'data')
    .action(async (options: O) => {
      const { host } = context
      const folder = resolve(host.cwd, options.out)
      await checkFolder(folder, `--out ${options.out}`)
      const written = writeSample(folder, (path) => write(options, path))
      const document = relative(host.cwd, written.document)
      if (options.json) answer(context, { document, events: written.events })
      else host.out(`${formatCount(written.events)} events; use it with --data ${shellQuote(document)}\n`)
    })

/** `recspec sample`: seeded data for trying recspec. */
export const sampleCommand = (context: Context): Command =>
  new Command('sample')
    .description('write a seeded data set with its data document')
    .addCommand(
      kind(
        context,
        new Command('songs').description('plays of songs by region, with artists and titles'),
        ({ seed }: Options, folder) => sampleSongs({ seed }, folder),
      ),
    )
    .addCommand(
      kind(
        context,
        new Command('ratings')
          .description('ratings from 1 to 5 with times and tables of users and items; up to 20 M rows')
          .option('--users <n>', 'how many users', parseWhole('--users', 1), 1000)
          .option('--items <n>', 'how many items', parseWhole('--items', 1), 500)
          .option('--interactions <n>', 'how many ratings', parseWhole('--interactions', 1), 50_000),
        ({ users, items, interactions, seed }: Sizes, folder) =>
          sampleRatings({ users, items, interactions, seed }, folder),
      ),
    )
    .addCommand(
      kind(
        context,
        new Command('stars').description('almost all ratings of few users and items, and ten pairs without one'),
        ({ seed }: Options, folder) => sampleStars({ seed }, folder),
      ),
    )
    .addCommand(
      kind(context, new Command('reviews').description('short texts with a label'), ({ seed }: Options, folder) =>
        sampleReviews({ seed }, folder),
      ),
    )
    .addCommand(
      kind(
        context,
        new Command('topics').description('texts of ten topics that only the order of words tells apart'),
        ({ seed }: Options, folder) => sampleTopics({ seed }, folder),
      ),
    )
