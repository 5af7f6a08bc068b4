import { isMacro, type Macro } from '@recspec/core'
import { compile } from '@recspec/dsl'
import { expect, test } from 'vitest'
import * as exported from './index.js'

test('exports one plugin with six layers', () => {
  expect(Object.keys(exported)).toEqual(['ncf'])
  expect(Object.keys(exported.ncf.layers).sort()).toEqual(['ancf', 'cross', 'fm', 'gmf', 'mlp', 'neumf'])
})

/** Parameters given over the defaults of the schema. */
const withDefaults = (macro: Macro, given: object) => ({
  ...Object.fromEntries(
    Object.entries(macro.params.properties).map(([name, schema]) => [name, (schema as { default?: unknown }).default]),
  ),
  ...given,
})

for (const name of ['ancf', 'gmf', 'mlp', 'neumf']) {
  const operator = exported.ncf.layers[name as keyof typeof exported.ncf.layers]
  const macro = operator as Macro
  const inputs = { user: ['country'], item: ['song'] }

  test(`${name} is a macro of two ids, and every parameter has a default`, () => {
    expect(isMacro(operator)).toBe(true)
    expect(macro.inputs).toEqual({ user: 'rows', item: 'rows' })
    expect(Object.values(withDefaults(macro, {}))).not.toContain(undefined)
  })

  test(`${name} reads its own parts only, and each of them`, () => {
    const { embeddings, ops, output } = macro.expand(withDefaults(macro, {}), inputs)
    const parts = new Set([...Object.keys(embeddings!), ...Object.keys(ops)])
    const read = new Set(Object.values(ops).flatMap((op) => op.inputs))
    for (const reference of read) expect(parts).toContain(reference.slice(1))
    for (const part of parts) expect(part === output || read.has(`.${part}`)).toBe(true)
    expect(new Set(Object.values(embeddings!).map(({ input }) => input))).toEqual(new Set(['country', 'song']))
  })

  test(`${name} writes l2 and nu only with a penalty`, () => {
    const plain = Object.values(macro.expand(withDefaults(macro, {}), inputs).embeddings!)
    expect(plain.length).toBeGreaterThan(1)
    for (const entry of plain) expect(Object.keys(entry).sort()).toEqual(['dim', 'input'])
    const penalized = Object.values(
      macro.expand(withDefaults(macro, { l2: 0.1, deepL2: 0.1, nu: 0 }), inputs).embeddings!,
    )
    for (const entry of penalized) expect(entry).toMatchObject({ l2: 0.1, nu: 0 })
  })

  test(`${name} compiles to a score of width 1 with its tables`, () => {
    const document = {
      recspec: 1,
      name: 'macro',
      inputs: { country: { type: 'id', entity: 'user' }, song: { type: 'id', entity: 'item' } },
      ops: { score: { type: `ncf/${name}`, inputs: ['country', 'song'], l2: 0.1 } },
      heads: { liked: { inputs: ['score'], loss: { type: 'bce', negatives: 4 } } },
      solver: { type: 'adam' },
    }
    const graph = compile({ name: 'macro.json', text: JSON.stringify(document) }, [exported.ncf])
    expect(graph.nodes.get('score/score')!.shape).toEqual([1])
    expect(graph.ranking!.inputs).toEqual(['score/score'])
    for (const part of Object.keys(macro.expand(withDefaults(macro, {}), inputs).embeddings!))
      expect(graph.tables.has(`score/${part}`)).toBe(true)
  })
}
