import { builtin, type EmbeddingNode, type OpNode, type Plugin, Type } from '@recspec/core'
import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { check, compile, compileDocument, print, SpecError, schema } from '../src/index.js'
import { documents, json } from './documents.js'
import { toy } from './toy.js'

const graphOf = (name: string) => compile({ name: `${name}.jsonc`, text: documents[name]! }, [toy])
const codes = (text: string, plugins = [toy]) =>
  check({ name: 'x.json', text }, plugins).diagnostics.map(({ code }) => code)
const accepts = new Ajv({ strict: false, ownProperties: true, logger: false }).compile(schema([toy]))

for (const [name, text] of Object.entries(documents)) {
  test(`${name} compiles without a diagnostic`, () => {
    const { graph, diagnostics } = check({ name, text }, [toy])
    expect(diagnostics.map(print)).toEqual([])
    expect(graph).toBeDefined()
  })

  test(`${name} normalizes to a document that normalizes to itself`, () => {
    const { document } = graphOf(name)
    expect(JSON.stringify(compileDocument(document, [toy]).document)).toBe(JSON.stringify(document))
  })

  test(`${name} and its normalized form are what the editor's schema accepts`, () => {
    expect(accepts(json(text))).toBe(true)
    expect(accepts(JSON.parse(JSON.stringify(graphOf(name).document)))).toBe(true)
  })

  test(`${name} compiles to the same graph from its normalized form`, () => {
    const graph = graphOf(name)
    const again = compileDocument(graph.document, [toy])
    expect([...again.nodes.keys()].sort()).toEqual([...graph.nodes.keys()].sort())
    for (const [key, node] of graph.nodes) expect(again.nodes.get(key)).toEqual(node)
    expect(again.heads).toEqual(graph.heads)
    expect(again.ranking).toEqual(graph.ranking)
    expect(again.phases.map(({ trains }) => [...trains].sort())).toEqual(
      graph.phases.map(({ trains }) => [...trains].sort()),
    )
    expect(again.evaluation).toEqual(graph.evaluation)
  })
}

test('shapes, sides and masks follow from the inputs', () => {
  const { nodes } = graphOf('towers')
  const seen = Object.fromEntries([...nodes].map(([name, { shape, side, masked }]) => [name, [shape, side, masked]]))
  expect(seen).toMatchObject({
    h: [[6], 'user', false],
    q: [[6], 'item', false],
    age: [[1], 'user', false],
    'viewer/hidden1': [[8], 'user', false],
    'video/hidden1': [[4], 'item', false],
    score: [[1], 'pair', false],
  })
})

test('a node comes after all it reads', () => {
  for (const name of Object.keys(documents)) {
    const { nodes, inputs } = graphOf(name)
    const before = new Set<string>(inputs.keys())
    for (const node of nodes.values()) {
      for (const read of node.kind === 'op' ? node.inputs : []) expect(before).toContain(read)
      before.add(node.name)
    }
  }
})

test('a shared table belongs to one embedding and is read by two', () => {
  const { tables, nodes } = graphOf('towers')
  expect(tables.get('q')).toMatchObject({ dim: 6, input: 'item', init: 'normal', l2: 0, nu: 1, readers: ['q', 'h'] })
  expect(tables.has('h')).toBe(false)
  expect((nodes.get('h') as EmbeddingNode).table).toBe('q')
})

test('several rows without combine are a masked sequence', () => {
  const text = documents['towers']!.replace('"table": "q", "combine": "mean"', '"table": "q"')
    .replace('"inputs": ["h", "age"]', '"inputs": ["taste", "age"]')
    .replace('"ops": {', '"ops": { "taste": { "type": "pool", "inputs": ["h"] },')
  const { nodes } = compile({ name: 'x', text }, [toy])
  expect(nodes.get('h')).toMatchObject({ shape: [expect.anything(), 6], masked: true })
  expect(nodes.get('taste')).toMatchObject({ shape: [6], masked: false })
})

test('macros expand to parts named after them, macros inside macros too', () => {
  const { document, nodes } = graphOf('phases')
  expect(Object.keys(document['ops'] as object)).toEqual([
    'main/score',
    'deep/left/hidden1',
    'deep/left/hidden2',
    'deep/right/hidden1',
    'deep/right/hidden2',
    'deep/score',
    'both',
  ])
  expect((nodes.get('both') as OpNode).inputs).toEqual(['main/score', 'deep/score'])
  expect((document['embeddings'] as Record<string, unknown>)['main/p']).toEqual({
    input: 'user',
    dim: 8,
    init: 'normal',
    l2: 0,
    nu: 1,
  })
})

test('a head may name a part, and the name of an inner macro means its output', () => {
  expect(graphOf('phases').heads.get('near')!.inputs).toEqual(['deep/left/hidden2', 'deep/right/hidden2'])
})

test('a macro in trains means all its parts', () => {
  const [first, second] = graphOf('phases').phases
  expect([...first!.trains].sort()).toEqual(['main/p', 'main/q'])
  expect([...second!.trains].sort()).toEqual([
    'both.gate1',
    'deep/left/hidden1.bias',
    'deep/left/hidden1.kernel',
    'deep/left/hidden2.bias',
    'deep/left/hidden2.kernel',
    'deep/right/hidden1.bias',
    'deep/right/hidden1.kernel',
    'deep/right/hidden2.bias',
    'deep/right/hidden2.kernel',
    's',
    't',
  ])
})

test('by default a phase trains all that its heads reach, without weights that are not trainable', () => {
  expect([...graphOf('rating').phases[0]!.trains].sort()).toEqual(['b', 'p', 'q'])
})

test('the head that reads an item ranks; of several the one that does not refuse', () => {
  expect(graphOf('rating').ranking?.name).toBe('stars')
  expect(graphOf('phases').ranking?.name).toBe('all')
  expect(graphOf('classifier').ranking).toBeUndefined()
})

test('the default metrics depend on the loss of the head', () => {
  const metrics = (name: string) => graphOf(name).evaluation.metrics.map(({ text }) => text)
  expect(metrics('phases')).toEqual(['hr@10', 'ndcg@10'])
  expect(metrics('classifier')).toEqual(['logloss', 'accuracy'])
  expect(graphOf('classifier').evaluation.split).toMatchObject({ type: 'ratio', params: { share: 0.1 } })
  expect(graphOf('classifier').document['evaluation']).toMatchObject({ split: { type: 'ratio', share: 0.1 } })
  const { rmse, mse } = builtin.metrics!
  expect(graphOf('rating').evaluation.metrics).toEqual([
    { text: 'rmse', name: 'rmse', definition: rmse },
    { text: 'mse(rounded)', name: 'mse', variant: 'rounded', definition: mse },
  ])
})

test('the default column of an input is its own name', () => {
  const { inputs } = graphOf('towers')
  expect(inputs.get('genres')!.columns).toEqual(['genre'])
  expect(inputs.get('age')!.columns).toEqual(['age'])
})

test('a model without a name has that of its file', () => {
  expect(graphOf('rating').name).toBe('rating')
  expect(graphOf('phases').name).toBe('in phases')
})

test('only plugins whose operators are left after macros are needed again', () => {
  expect(graphOf('rating').plugins).toEqual([])
  expect(graphOf('phases').plugins).toEqual([{ name: 'toy' }])
  expect(graphOf('towers').plugins).toEqual([])
})

test('compile throws one error with every diagnostic', () => {
  const text = documents['rating']!.replace('"dim": 4,', '"dmi": 4,').replace('"sum"', '"summ"')
  try {
    compile({ name: 'x.json', text }, [])
    expect.unreachable()
  } catch (error) {
    expect(error).toBeInstanceOf(SpecError)
    expect((error as SpecError).diagnostics.map(({ code }) => code)).toEqual(['unknown-property', 'unknown-operator'])
    expect((error as SpecError).message).toContain('did you mean "dim"?')
  }
})

test('an entry that is read twice and broken is one mistake', () => {
  expect(codes(documents['phases']!.replace('"input": "user", "dim": 4', '"input": "user", "dim": "4"'))).toEqual([
    'invalid-value',
  ])
})

test('a misspelt section does not make its entries unknown', () => {
  expect(codes(documents['phases']!.replace('"embeddings"', '"embedings"'))).toEqual(['unknown-property'])
  expect(codes(documents['rating']!.replace('"ops"', '"opps"'))).toEqual(['unknown-property'])
})

test('a macro that expands to itself without end is a diagnostic', () => {
  const text = documents['rating']!.replace(
    '"type": "bias", "inputs": ["linear"], "init": "target-mean", "trainable": false',
    '"type": "toy/endless", "inputs": ["linear"]',
  )
  expect(codes(text)).toEqual(['plugin-error'])
})

test('a value that a part of a macro refuses is a mistake of the macro', () => {
  const text = documents['phases']!.replace('"dim": 8 }', '"dim": 0 }')
  const { diagnostics } = check({ name: 'x', text }, [toy])
  expect(diagnostics).toMatchObject([
    {
      code: 'invalid-macro',
      pointer: '/ops/main',
      message: '"toy/pair" makes an invalid embedding "p": invalid "dim": expected an integer ≥ 1 and ≤ 65536, got 0',
    },
  ])
})

test('plugins with bad names, of another version or passed twice are refused', () => {
  const source = { name: 'x', text: documents['rating']! }
  expect(() => compile(source, [toy, toy])).toThrow('duplicate plugin "toy"')
  expect(() => compile(source, [{ ...toy, name: 'Toy' }])).toThrow('plugin "Toy" has an invalid name "Toy"')
  expect(() => compile(source, [{ ...toy, apiVersion: 2 as never }])).toThrow(
    'plugin "toy" has the unsupported apiVersion 2, expected 1',
  )
})

test('a plugin whose parameters have a misspelt keyword is refused by the place of it', () => {
  const source = { name: 'x', text: documents['rating']! }
  const { kind, fit } = builtin.solvers!['sgd']!
  const withParameter = (schema: object): Plugin => {
    const params = Type.Object({ depth: Type.Optional(Type.Array(Type.Union([Type.Null(), schema as never]))) })
    return { name: 'own', apiVersion: 1, solvers: { walk: { summary: 'Walks.', params, kind, fit } } }
  }
  expect(() => compile(source, [toy, withParameter({ type: 'integer', minimun: 1 })])).toThrow(
    'plugin "own" has an invalid solver "walk": the schema at params/properties/depth/items/anyOf/1 has the unknown keyword "minimun"',
  )
  expect(compile(source, [toy, withParameter({ type: 'integer', minimum: 1, 'x-unit': 'm' })]).name).toBe('x')
})

test('compiling changes neither the document nor the operators', () => {
  const before = JSON.stringify(toy)
  const parsed = JSON.parse(JSON.stringify(graphOf('phases').document))
  const copy = structuredClone(parsed)
  compileDocument(parsed, [toy])
  expect(parsed).toEqual(copy)
  expect(JSON.stringify(toy)).toBe(before)
})

test('a chain of a thousand ops compiles', () => {
  const ops = Array.from({ length: 1000 }, (_, k) => `"o${k}":{"type":"bias","inputs":["${k ? `o${k - 1}` : 'p'}"]}`)
  const text = `{"inputs":{"u":{"type":"id","entity":"user"}},"embeddings":{"p":{"input":"u","dim":1}},"ops":{${ops.join()}},
    "heads":{"h":{"inputs":["o999"],"target":"y","loss":{"type":"mse"}}},"solver":{"type":"sgd"}}`
  expect(compile({ name: 'x', text }, []).nodes.size).toBe(1001)
})

test('a document that only its macros make too large is refused, so that every artifact can be loaded', () => {
  const text = documents['towers']!.replace('"units": [4]', `"units": [${Array(1000).fill(4)}]`)
  expect(check({ name: 'x', text }, []).diagnostics).toMatchObject([{ code: 'too-large', pointer: '' }])
})

test('a byte order mark is read over', () => {
  expect(check({ name: 'x', text: `\uFEFF${documents['rating']}` }, []).diagnostics).toEqual([])
})
