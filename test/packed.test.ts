import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { implicitBoard, titles } from '../packages/cli/test/board.js'
import { type Installation, installPackages, type Ran, runNode } from './install.js'
import { root } from './workspace.js'

const plugin = 'recspec-plugin-tucker'
const sources = join(root, 'test/plugins/tucker')

/** Each command is a process of its own, which takes seconds on a loaded machine. */
const TIMEOUT = 600_000

let here: Installation
beforeAll(async () => {
  here = await installPackages(await mkdtemp(join(tmpdir(), 'recspec-packed-')))
  await cp(join(sources, 'documents'), here.folder, { recursive: true })
  await writeFile(join(here.folder, 'board.csv'), implicitBoard())
  await writeFile(join(here.folder, 'titles.csv'), titles())
  await installPlugin('first', (text) => text)
}, TIMEOUT)
afterAll(() => rm(here.folder, { recursive: true, force: true }))

/** Compiles the plugin's sources, after a change, against the installed packages; packs and installs it. */
const installPlugin = async (version: string, change: (text: string, file: string) => string) => {
  const home = join(here.folder, 'plugins', version)
  for (const file of ['src', 'package.json', 'tsconfig.json', 'README.md'])
    await cp(join(sources, file), join(home, file), { recursive: true })
  for (const file of ['package.json', 'src/index.ts', 'src/bilinear.ts'])
    await writeFile(join(home, file), change(await readFile(join(home, file), 'utf8'), file))
  const compiled = await runNode(join(root, 'node_modules/typescript/bin/tsc'), ['-p', home], home)
  expect([compiled.code, compiled.out]).toEqual([0, ''])
  await here.install(home)
}

/** Runs the installed command. */
const recspec = (...argv: readonly string[]): Promise<Ran> =>
  runNode(join(here.folder, 'node_modules/recspec/bin/recspec.js'), argv, here.folder)

const succeed = async <T>(...argv: readonly string[]): Promise<T> => {
  const { code, out, err } = await recspec(...argv, '--plugin', plugin, '--json')
  expect([code, code === 0 ? '' : `${out}${err}`]).toEqual([0, ''])
  return JSON.parse(out.trimEnd().split('\n').at(-1)!)
}

interface Measured {
  readonly metrics: Readonly<Record<string, number>>
  readonly protocol: string
}
interface Answers {
  readonly results: readonly { readonly item: string }[]
}

const RUNTIME = ['--backend', 'cpu', '--threads', '1'] as const

test(
  'an installed plugin is checked, trained, evaluated, saved and served',
  async () => {
    const without = await recspec('check', 'all.json')
    expect([without.code, without.out]).toEqual([2, expect.stringContaining(`of the package "${plugin}"`)])
    await succeed('check', 'all.json')

    const data = ['--data', 'board.csv']
    const trained = await succeed<Measured>(
      ...['train', 'all.json', ...data, '--items', 'titles.csv', '--out', 'all.safetensors', ...RUNTIME],
    )
    expect(trained.protocol).toBe('tucker/odd-9/nearby-4')
    expect(Object.keys(trained.metrics)).toEqual(['tucker/gain@5', 'tucker/gain@5(best)', 'hr@5'])
    expect(trained.metrics['tucker/gain@5']).toBeGreaterThan(0.5)
    const evaluated = await succeed<Measured>('evaluate', 'all.safetensors', ...data, ...RUNTIME)
    expect(evaluated.protocol).toBe('given/nearby-4')

    const asked = ['--user', 'u3', '-k', '5', '--seen']
    const { results } = await succeed<Answers>('recommend', 'all.safetensors', ...asked, ...RUNTIME)
    expect(results.map(({ item }) => Number(item.slice(1)) % 2)).toEqual([1, 1, 1, 1, 1])
    await succeed<Answers>('similar', 'all.safetensors', '--item', 'Film 4', '-k', '3', ...RUNTIME)
  },
  TIMEOUT,
)

test(
  'a version of the plugin that renamed a weight is refused by the name of the weight',
  async () => {
    await installPlugin('second', (text, file) =>
      file === 'src/bilinear.ts'
        ? text.replaceAll('core', 'kernel').replace('@recspec/kernel', '@recspec/core')
        : text.replace('0.1.0', '0.2.0'),
    )
    const serve = ['recommend', 'all.safetensors', '--user', 'u3', '--plugin', plugin, ...RUNTIME]
    const { code, out, err } = await recspec(...serve)
    expect([code, out]).toEqual([5, ''])
    expect(err).toContain('missing weight "match.kernel"')
    expect(err).toContain('"match.core"')
  },
  TIMEOUT,
)
