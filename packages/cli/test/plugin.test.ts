import { readdirSync, readFileSync } from 'node:fs'
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CPU, implicitBoard, ratedBoard, titles } from './board.js'
import { openWorkspace, type Workspace } from './workspace.js'

const folder = fileURLToPath(new URL('../../../test/plugins/tucker', import.meta.url))
const PLUGIN = ['--plugin', join(folder, 'src/index.ts')] as const
const documents = readdirSync(join(folder, 'documents'))

let here: Workspace
beforeAll(async () => {
  here = await openWorkspace()
  for (const name of documents) await copyFile(join(folder, 'documents', name), join(here.directory, name))
  await writeFile(join(here.directory, 'board.csv'), implicitBoard())
  await writeFile(join(here.directory, 'rated.csv'), ratedBoard())
  await writeFile(join(here.directory, 'titles.csv'), titles())
})
afterAll(() => here.close())

const dataOf = (name: string) => ['--data', name === 'rated.json' ? 'rated.csv' : 'board.csv', '--items', 'titles.csv']

/** Runs a command with the plugin; it must succeed. */
const succeed = async (...argv: readonly string[]) => {
  const run = await here.run(...argv, ...PLUGIN)
  expect([run.code, run.code === 0 ? '' : run.err]).toEqual([0, ''])
  return run
}

describe.each(documents)('%s', (name) => {
  test('is refused without the plugin, with its name, and checked with it', async () => {
    const without = await here.run('check', name)
    expect(without.code).toBe(2)
    expect(without.err + without.out).toContain('recspec-plugin-tucker')
    expect((await succeed('check', name)).out).toContain('ok')
  })

  test('trains, evaluates and serves, twice to the same bytes', async () => {
    const model = name.replace('.json', '.safetensors')
    const train = ['train', name, ...dataOf(name), ...CPU, '--json']
    const first = (await succeed(...train, '--out', model)).json<Trained>()
    const again = (await succeed(...train, '--out', 'again.safetensors', '--threads', '2')).json<Trained>()
    expect(again.digest).toBe(first.digest)
    expect(Object.values(first.metrics).every(Number.isFinite)).toBe(true)
    const evaluated = (await succeed('evaluate', model, ...dataOf(name).slice(0, 2), ...CPU, '--json')).json<Trained>()
    expect(Object.keys(evaluated.metrics)).toEqual(Object.keys(first.metrics))
    const asked = await succeed('recommend', model, '--user', 'u3', '-k', '5', ...CPU, '--json')
    expect(asked.json<{ results: unknown[] }>().results).toHaveLength(5)
  })
})

interface Trained {
  readonly digest: string
  readonly protocol: string
  readonly metrics: Readonly<Record<string, number>>
}

test('explain says what trains and by which operators', async () => {
  const { out } = await succeed('explain', 'all.json')
  console.log(out)
  console.log((await succeed('explain', 'fused.json')).out)
  console.log((await succeed('explain', 'own.json')).out)
})
