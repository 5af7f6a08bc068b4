import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root, text } from '../workspace.js'

/** Every document of `examples/`, searches included, and those that `recspec init` writes. */
const documents = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.json'))
const plugins = readdirSync(join(root, 'packages')).filter((name) => name.startsWith('plugin-'))
const importing = (packages: readonly string[]) => packages.map((name) => `import '@recspec/${name}'`).join('\n')
const defined = (json: string) => `import { defineSpec } from '@recspec/dsl'\nexport const spec = defineSpec(${json})\n`

/** A plugin whose type does not say what it has: its operators are taken with any parameters. */
const loose = `import type { Plugin } from '@recspec/core'
declare module '@recspec/core' { interface Plugins { loose: Plugin } }
${defined(`{
  inputs: { user: { type: 'id', entity: 'user' } },
  embeddings: { p: { input: 'user', dim: 8 } },
  ops: { score: { type: 'loose/tower', inputs: ['p'], floors: 3 } },
  heads: { met: { inputs: ['score'], loss: { type: 'loose/hinge', margin: 1 } } },
  solver: { type: 'loose/steps', count: 4 },
  evaluation: { metrics: ['loose/best@10', 'rmse'] },
}`)}`

/** The document as JSON without comments, which TypeScript reads as an object literal. */
const document = (name: string) => JSON.stringify(ts.parseConfigFileTextToJson(name, text(`examples/${name}`)).config)

let folder: string
let messages: (path: string) => readonly string[]
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recspec-typed-'))
  const write = (name: string, source: string) => writeFileSync(join(folder, `${name}.ts`), source)
  for (const name of documents) write(name, defined(document(name)))
  write('plugins', importing(plugins))
  write('loose', loose)
  write('misspelt', defined(document('bpr.json').replace('"hard"', '"hrad"')))
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config,
    ts.sys,
    root,
  )
  const files = readdirSync(folder).map((name) => join(folder, name))
  const program = ts.createProgram(files, {
    ...options,
    paths: { '@recspec/*': [join(root, 'packages/*/src/index.ts')] },
  })
  messages = (path) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(path))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
  // the first file takes the time: all packages are read, and the types of all operators found
  messages(join(folder, 'plugins.ts'))
  messages(join(folder, `${documents[0]}.ts`))
}, 600_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each(documents)('%s is a document in TypeScript', (name) => {
  expect(messages(join(folder, `${name}.ts`))).toEqual([])
})

test('a plugin that is annotated as one is taken as it is', () => {
  expect(messages(join(folder, 'loose.ts'))).toEqual([])
})

test('a misspelt parameter in one of them is reported', () => {
  expect(messages(join(folder, 'misspelt.ts'))).toEqual([expect.stringMatching(/"hrad"' does not exist/)])
})

test('at least 15 wrong documents are reported by `tsc`, each at its own line', () => {
  const source = text('test/typed/wrong.ts')
  const expected = source.match(/@ts-expect-error \w+/g)!.length
  expect(expected).toBeGreaterThanOrEqual(15)
  // one right document, and one with each mistake
  expect(source.match(/^defineSpec\(/gm)).toHaveLength(expected + 1)
})
