import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root, text } from '../workspace.js'

/** Every document of `examples/`, searches included, and those that `recspec init` writes. */
const documents = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.json'))
const plugins = readdirSync(join(root, 'packages')).filter((name) => name.startsWith('plugin-'))
const importing = (packages: readonly string[]) =>
  packages.map((name) => `import '${join(root, 'packages', name, 'src/index.ts')}'`).join('\n')
const defined = (json: string) =>
  `import { defineSpec } from '${join(root, 'packages/dsl/src/index.ts')}'\nexport const spec = defineSpec(${json})\n`

/** The document as JSON without comments, which TypeScript reads as an object literal. */
const document = (name: string) => JSON.stringify(ts.parseConfigFileTextToJson(name, text(`examples/${name}`)).config)

let folder: string
let messages: (path: string) => readonly string[]
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recspec-typed-'))
  const write = (name: string, source: string) => writeFileSync(join(folder, `${name}.ts`), source)
  for (const name of documents) write(name, defined(document(name)))
  write('plugins', importing(plugins))
  write('misspelt', defined(document('bpr.json').replace('"hard"', '"hrad"')))
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config,
    ts.sys,
    root,
  )
  const files = readdirSync(folder).map((name) => join(folder, name))
  const program = ts.createProgram(files, { ...options, allowImportingTsExtensions: true })
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
