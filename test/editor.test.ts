import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type CompletionItem, getLanguageService, TextDocument } from 'vscode-json-languageservice'
import { dataSchema } from '../packages/data/src/index.js'
import { check, schema } from '../packages/dsl/src/index.js'
import { autoencoder } from '../packages/plugin-autoencoder/src/index.js'
import { imf } from '../packages/plugin-imf/src/index.js'
import { ncf } from '../packages/plugin-ncf/src/index.js'
import { text as texts } from '../packages/plugin-text/src/index.js'
import { text } from './workspace.js'

// The service that VS Code and other editors run; documents are JSON with comments, as `recspec init` says to them.
const service = getLanguageService({})
service.configure({
  schemas: [
    { uri: 'model', fileMatch: ['model.json'], schema: schema([autoencoder, imf, ncf, texts]) },
    { uri: 'data', fileMatch: ['data.json'], schema: dataSchema() },
  ],
})

/** A document as the editor has it; `¦` is where the cursor is. */
const open = (source: string, name = 'model.json') => {
  const at = source.indexOf('¦')
  const document = TextDocument.create(`file:///${name}`, 'jsonc', 1, source.replace('¦', ''))
  return { document, json: service.parseJSONDocument(document), position: document.positionAt(Math.max(0, at)) }
}
const problems = async (source: string, name?: string): Promise<readonly string[]> => {
  const { document, json } = open(source, name)
  const found = await service.doValidation(document, json, { comments: 'ignore', trailingCommas: 'ignore' })
  return found.map(({ message }) => String(message))
}
const completions = async (source: string, name?: string): Promise<ReadonlyMap<string, CompletionItem>> => {
  const { document, json, position } = open(source, name)
  const list = await service.doComplete(document, position, json)
  return new Map(list!.items.map((item) => [item.label, item]))
}
const hover = async (source: string): Promise<string> => {
  const { document, json, position } = open(source)
  const { contents } = (await service.doHover(document, position, json))!
  return JSON.stringify(contents)
}

const rest =
  '"inputs": { "user": { "type": "id", "entity": "user" }, "item": { "type": "id", "entity": "item" } }, ' +
  '"embeddings": { "p": { "input": "user", "dim": 8 }, "q": { "input": "item", "dim": 8 } }, '

test.each(readdirSync('examples').filter((name) => name.endsWith('.json')))('%s has no problems', async (name) => {
  expect(await problems(text(`examples/${name}`).replace(/"\$schema".*\n/, ''))).toEqual([])
})

test('a wrong name is a problem where it is, and comments are none', async () => {
  const found = await problems(
    `{ // a comment\n ${rest} "ops": { "score": { "type": "dense", "inputs": ["p"], "unit": 1 } } }`,
  )
  expect(found).toContain('Property unit is not allowed.')
  expect(found.filter((message) => /comment/i.test(message))).toEqual([])
})

test('a type is completed with what its operator is, plugins included', async () => {
  const ops = await completions(`{ ${rest} "ops": { "score": { "type": ¦ } } }`)
  expect(ops.get('"dense"')?.documentation).toContain('A dense layer')
  expect(ops.get('"ncf/neumf"')?.documentation).toMatch(/\w+/)
  const solvers = await completions(`{ ${rest} "solver": { "type": ¦ } }`)
  expect([...solvers.keys()]).toContain('"imf/als"')
})

test('the parameters of a type are completed, and those of others are not', async () => {
  const found = await completions(`{ ${rest} "ops": { "score": { "type": "dense", "inputs": ["p"], ¦ } } }`)
  expect([...found.keys()]).toEqual(expect.arrayContaining(['units', 'activation', 'useBias']))
  expect([...found.keys()]).not.toContain('returns')
})

test('sizes are completed with values that are valid', async () => {
  const inserted = async (source: string, name: string) => (await completions(source)).get(name)!.textEdit!.newText
  expect(await inserted(`{ ${rest} "ops": { "score": { "type": "dense", "inputs": ["p"], ¦ } } }`, 'units')).toMatch(
    /"units": (\$\{1:)?1\b/,
  )
  const table = '{ "embeddings": { "p": { "input": "user", ¦ } } }'
  expect(await inserted(table, 'dim')).toBe('"dim": $1')
  expect([...(await completions('{ "embeddings": { "p": { "input": "user", "dim": ¦ } } }')).keys()]).toEqual(
    expect.arrayContaining(['16', '32', '64']),
  )
})

test('what only programs write is not proposed', async () => {
  const root = await completions(`{ ${rest} ¦ }`)
  expect([...root.keys()]).toEqual(expect.arrayContaining(['ops', 'heads', 'solver', 'evaluation']))
  expect([...root.keys()]).not.toContain('normalized')
})

test('a value is described where the mouse is', async () => {
  expect(await hover(`{ ${rest} "ops": { "score": { "type": "den¦se", "inputs": ["p"], "units": 1 } } }`)).toContain(
    'A dense layer',
  )
  expect(await hover(`{ ${rest} "ops": { "score": { "type": "dense", "inputs": ["p"], "uni¦ts": 1 } } }`)).toContain(
    'width of the output',
  )
})

test('metrics and samplers are completed, early stopping and searches included', async () => {
  for (const source of [
    '"evaluation": { "metrics": [ ¦ ] }',
    '"solver": { "type": "adam", "stop": { "metric": ¦ } }',
    '"search": { "metric": ¦ }',
  ]) {
    const found = await completions(`{ ${rest} ${source} }`)
    expect([...found.keys()], source).toEqual(expect.arrayContaining(['"ndcg@10"', '"recall@20(truncated)"', '"rmse"']))
    expect(found.get('"rmse"')?.documentation).toContain('root mean squared')
  }
  const samplers = await completions(
    `{ ${rest} "heads": { "met": { "inputs": ["p"], "loss": { "type": "bpr", "negatives": { "sampler": ¦ } } } } }`,
  )
  expect([...samplers.keys()]).toEqual(expect.arrayContaining(['"uniform"', '"popularity"']))
})

test('the first proposals are documents and entries that are right', async () => {
  const plain = (item: CompletionItem | undefined) => item!.textEdit!.newText.replace(/\$\{\d[:|](\w+)[^}]*\}/g, '$1')
  const whole = await completions('¦')
  for (const label of ['implicit factorization', 'rating factorization']) {
    const source = { name: 'model.json', text: plain(whole.get(label)) }
    expect(check(source, []).diagnostics).toEqual([])
  }
  const entries = await completions(`{ ${rest} "ops": { "score": ¦ } }`)
  expect(JSON.parse(plain(entries.get('dot')))).toEqual({ type: 'dot', inputs: ['p', 'q'] })
})

test('data documents are completed and checked', async () => {
  const found = await completions('{ "events": { "file": "plays.csv", ¦ } }', 'data.json')
  expect([...found.keys()]).toEqual(expect.arrayContaining(['delimiter', 'user', 'item', 'time', 'where']))
  expect(
    await problems('{ "$schema": "", "events": { "file": "plays.csv", "user": "listener" } }', 'data.json'),
  ).toEqual([])
  expect(await problems('{ "events": { "file": "plays.csv", "usr": "x" } }', 'data.json')).toEqual([
    'Property usr is not allowed.',
  ])
  expect(await problems('{ "users": { "file": "users.csv" } }', 'data.json')).toHaveLength(1)
})
