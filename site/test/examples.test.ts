// The examples of the pages: documents pass `check`, commands run, and printed text is what they print. A page is one
// folder, in which its documents are files and its commands run in order. UPDATE=1 rewrites the printed text.
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { check, print } from '@recspec/dsl'
import { afterAll, describe, expect, test } from 'vitest'
import { official } from '../../packages/cli/src/project/plugins.js'
import { openWorkspace, type Run, type Workspace } from '../../packages/cli/test/workspace.js'
import { runNode } from '../../test/install.js'
import { root, text } from '../../test/workspace.js'
import { isDocument } from '../documents.js'
import { type Block, blocksOf } from '../markdown.js'
import { files } from '../pages.js'
import { commandsOf } from './commands.js'
import { given } from './given.js'
import { jsonValue, wholeText } from './jsonc.js'
import { expectPrinted } from './printed.js'

const TIMEOUT = 120_000

/** Pages whose commands take data that is no part of the repository, or run in a clone of it. */
const elsewhere = ['bench/README.md', 'CONTRIBUTING.md']

/** Where printed text is compared, and documents keep their epochs. */
const isTutorial = (path: string) => path === 'README.md' || path.startsWith('docs/tutorials/')

const isJson = ({ language }: Block) => /^jsonc?$/.test(language)
const isCommands = ({ language, code }: Block) => /^(sh)?$/.test(language) && /^npx recspec /.test(code)

/** A document with two passes of each phase, two folds and two steps of a search: more are no news to a test. */
const brief = (text: string) => text.replace(/"(epochs|iterations|samples|trials|folds|steps)": \d+/g, '"$1": 2')

/** Options that leave few rows in a sample. */
const few: Readonly<Record<string, readonly string[]>> = {
  ratings: ['--users', '80', '--items', '60', '--interactions', '1600'],
}

/** Leaves every tenth play of a sample of songs, whose size is no option. */
const thin = async (folder: string, [command, kind, ...rest]: readonly string[]) => {
  if (command !== 'sample' || kind !== 'songs') return
  const file = join(folder, rest[rest.indexOf('--out') + 1]!, 'plays.csv')
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
  await writeFile(file, `${lines.filter((_, row) => row % 10 === 0).join('\n')}\n`)
}

/** The words of a command with the files that a pattern stands for. */
const expanded = async (folder: string, words: readonly string[]): Promise<string[]> => {
  const lists = words.map(async (word) => {
    if (!word.endsWith('/*.json')) return [word]
    const names = await readdir(join(folder, dirname(word)))
    return names.filter((name) => name.endsWith('.json')).map((name) => `${dirname(word)}/${name}`)
  })
  return (await Promise.all(lists)).flat()
}

const bin = join(root, 'packages/cli/bin/recspec.js')

/** Runs a command in the process of the tests; one that starts processes of its own runs as it was built. */
const runIn = (folder: Workspace, argv: readonly string[]): Promise<Pick<Run, 'code' | 'out' | 'err'>> =>
  argv.includes('--workers') ? runNode(bin, argv, folder.directory) : folder.run(...argv)

const pages = [...new Set(files.map(({ from }) => from))]
  .filter((path) => !elsewhere.includes(path))
  .map((path) => ({ path, blocks: blocksOf(text(path)) }))
  .filter(({ blocks }) => blocks.some((block) => isJson(block) || isCommands(block)))

describe.each(pages)('$path', ({ path, blocks }) => {
  const file = join(root, path)
  const documents = blocks.filter(isJson)
  const tutorial = isTutorial(path)

  test.each(documents.map((block) => [block.line, block] as const))('JSON at line %i is valid', (_, block) => {
    const whole = wholeText(block.code)
    const value = jsonValue(whole)
    // an excerpt may also have alternatives, one a line
    const lines = block.code.trimEnd().split('\n')
    if (value === undefined) expect(lines.filter((line) => jsonValue(wholeText(line)) === undefined)).toEqual([])
    if (!isDocument(value)) return
    const { diagnostics } = check({ name: `${path}:${block.line}`, text: whole }, official)
    expect(diagnostics.map(print)).toEqual([])
  })

  const commands = blocks.filter(isCommands)
  if (commands.length === 0) return
  let here: Workspace
  afterAll(() => here.close())

  test('opens a folder with its documents', async () => {
    here = await openWorkspace()
    const put = async (name: string, content: string) => {
      await mkdir(dirname(join(here.directory, name)), { recursive: true })
      await writeFile(join(here.directory, name), content)
    }
    await cp(join(root, 'examples'), join(here.directory, 'examples'), { recursive: true })
    if (!tutorial)
      for (const name of (await readdir(join(root, 'examples'))).filter((name) => name.endsWith('.json')))
        await put(`examples/${name}`, brief(await readFile(join(root, 'examples', name), 'utf8')))
    for (const { code, file } of documents) {
      const value = jsonValue(code)
      const name = file ?? (isDocument(value) ? `${value['name']}.json` : undefined)
      if (name !== undefined) await put(name, tutorial ? code : brief(code))
    }
    for (const [name, content] of Object.entries(given[path] ?? {})) await put(name, content)
  })

  test.each(commands.map((block) => [block.line, block] as const))(
    'commands at line %i run',
    async (_, block) => {
      let out = ''
      let folder = here
      for (const words of commandsOf(block.code)) {
        if (words[0] === 'cd') {
          folder = await openWorkspace(join(folder.directory, words[1]!))
          continue
        }
        expect(words.slice(0, 2)).toEqual(['npx', 'recspec'])
        const argv = await expanded(folder.directory, words.slice(2))
        const rows = (argv[0] === 'sample' && few[argv[1]!]) || []
        const run = await runIn(folder, [...argv, ...(tutorial ? [] : rows)])
        expect([words.join(' '), run.code, run.code === 0 ? '' : run.err]).toEqual([words.join(' '), 0, ''])
        if (!tutorial) await thin(folder.directory, argv)
        out += run.out
      }
      const next = blocks.indexOf(block) + 1
      if (tutorial && blocks[next]?.language === 'text') await expectPrinted(file, next, out)
    },
    TIMEOUT,
  )
})
