import { builtin as coreBuiltin, type Plugin } from '@recspec/core'
import { expect, test } from 'vitest'
import { generated, hostile } from '../../../bench/documents/hostile.js'
import { check, limits } from '../src/index.js'
import { suggester } from '../src/suggest.js'
import { toy } from './toy.js'

/** Calls that `check` makes into operators; every walk over a graph makes them at each step. */
const counted = (plugin: Plugin, count: () => void): Plugin => {
  const wrap = (value: unknown): unknown =>
    typeof value === 'function'
      ? (...given: unknown[]) => {
          count()
          return (value as (...given: unknown[]) => unknown)(...given)
        }
      : value
  const operators = (section: Readonly<Record<string, object>> | undefined) =>
    Object.fromEntries(
      Object.entries(section ?? {}).map(([name, operator]) => [
        name,
        Object.fromEntries(Object.entries(operator).map(([key, value]) => [key, wrap(value)])),
      ]),
    )
  return {
    ...plugin,
    inputs: operators(plugin.inputs),
    layers: operators(plugin.layers),
    losses: operators(plugin.losses),
    solvers: operators(plugin.solvers),
  } as unknown as Plugin
}

/** Solvers and macros of plugins that are not here, by those that are. */
const local = (text: string) => text.replaceAll(/imf\/(als|gibbs|svd)/g, 'toy/exact').replaceAll(/ncf\/\w+/g, 'mlp')

let calls = 0
const plugins = [counted(toy, () => calls++)]
const builtin = counted(coreBuiltin, () => calls++)

const callsOf = (text: string) => {
  calls = 0
  const { diagnostics, omitted, graph } = check({ name: 'x.json', text: local(text) }, plugins, [], builtin)
  expect(diagnostics.length).toBeLessThanOrEqual(20)
  if (omitted > 0) expect(diagnostics).toHaveLength(20)
  expect(graph === undefined).toBe(diagnostics.length > 0)
  return calls
}

const SIZE = 600

for (const { kind, text } of hostile(SIZE))
  test(`${kind}: the calls of a check are bounded by the size of the document`, () => {
    expect(callsOf(text)).toBeLessThan(100 * SIZE)
  })

test('generated documents: the calls of a check are bounded by the size of the document', () => {
  for (const { kind, text } of generated(7, 20, SIZE)) expect(callsOf(text), kind).toBeLessThan(200 * SIZE)
})

test('suggestions take a bounded number of steps, candidates that are not compared included', () => {
  let read = 0
  const known = function* () {
    for (let index = 0; index < limits.values; index++) {
      read++
      yield `a name that is far too long to be near ${index}`
    }
  }
  const suggest = suggester(100_000)
  for (let index = 0; index < limits.values; index++) suggest(`name${index}`, known())
  expect(read).toBeLessThanOrEqual(100_001)
})
