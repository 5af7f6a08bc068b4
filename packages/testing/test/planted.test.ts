import { afterEach, describe, expect, test, vi } from 'vitest'
import { checkPlugin, printFault } from '../src/index.js'
import { planted, sound } from './planted.js'

afterEach(() => {
  vi.restoreAllMocks()
})

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
