import { input, type Plugin, Type } from '@recspec/core'
import { describe, expect, test } from 'vitest'
import { checkPlugin, printFault } from '../src/index.js'
import { planted, sound } from './planted.js'

test('there are at least twenty faults, each with a name of its own', () => {
  expect(planted.length).toBeGreaterThanOrEqual(20)
  expect(new Set(planted.map(({ fault }) => fault)).size).toBe(planted.length)
})

describe('a plugin without a fault passes every check', () => {
  test.each(Object.entries(sound))('%s', async (_, plugin) => {
    const { faults, untested, checks } = await checkPlugin(plugin)
    expect(faults.map(printFault)).toEqual([])
    expect(untested).toEqual([])
    expect(checks).toBeGreaterThan(3)
  })
})

test('an input of values of its own is checked on the cells of a case, and untested without', async () => {
  const brightness = input({
    summary: 'The brightness of a color, #rrggbb.',
    params: Type.Object({}, { additionalProperties: false }),
    gives: 'numbers',
    reads: 'column',
    entities: ['item', 'event'],
    shape: () => [1],
    learn: () => ({}),
    encode: (_, __, value) => {
      if (value !== undefined && !/^#[0-9a-f]{6}$/.test(String(value))) throw new Error('expected #rrggbb')
      return { values: [value === undefined ? 0 : Number.parseInt(String(value).slice(1, 3), 16) / 255] }
    },
  })
  const plugin: Plugin = { name: 'colors', apiVersion: 1, inputs: { brightness } }
  const without = await checkPlugin(plugin)
  expect([without.faults, without.checks]).toEqual([[], 0])
  expect(without.untested[0]!.reason).toContain('give "cases" with "cells"')
  const cells = ['#ff0000', '#00ff00', undefined, '#102030']
  const cases = {
    inputs: {
      brightness: {
        cases: [
          { entity: 'item', cells },
          { entity: 'event', cells },
        ] as const,
      },
    },
  }
  const { faults, untested, checks } = await checkPlugin(plugin, { cases })
  expect([faults, untested]).toEqual([[], []])
  expect(checks).toBeGreaterThan(8)
})

describe('a fault is found by name, with the operator, the package and its version', () => {
  test.each(planted.map((one) => [one.fault, one] as const))('%s', async (_, { check, plugin }) => {
    const { faults } = await checkPlugin(plugin)
    expect(faults.map((fault) => fault.check)).toContain(check)
    // nothing that comes before the fault is blamed
    expect(printFault(faults[0]!)).toContain(`${check}: `)
    expect(faults[0]!.plugin).toEqual({ name: 'tucker', package: 'recspec-plugin-tucker', version: '0.1.0' })
    expect(faults[0]!.message.length).toBeGreaterThan(10)
  })
})
