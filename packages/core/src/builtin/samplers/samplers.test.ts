import { expect, test } from 'vitest'
import { world } from '../../../test/world.js'
import { samplers } from './index.js'

const data = world({ users: 9, items: 7, has: (user, item) => item < 6 && user >= item })
const counts = Array.from({ length: 7 }, (_, item) => data.events.item.filter((one) => one === item).length)

/** Parameters of each sampler with the weights of items that they give. */
const cases: Readonly<
  Record<string, readonly (readonly [params: Record<string, unknown>, weights: readonly number[] | 'equal'])[]>
> = {
  uniform: [[{}, counts.map((count) => Number(count > 0))]],
  popularity: [
    [{ power: 1 }, counts],
    [{ power: 0.5 }, counts.map(Math.sqrt)],
    [{ power: 0 }, counts.map((count) => Number(count > 0))],
  ],
  'in-batch': [[{}, counts]],
}

test('every sampler has cases', () => {
  expect(Object.keys(cases).sort()).toEqual(Object.keys(samplers).sort())
  expect(counts).toContain(0)
})

test('uniform has no weights where every item has events', () => {
  expect(samplers['uniform']!.weights!({}, world({ users: 9, items: 6 }))).toBe('equal')
})

for (const [name, list] of Object.entries(cases))
  test.each(list as readonly (readonly [Record<string, unknown>, unknown])[])(
    `${name} weighs items by its definition with %j`,
    (params, weights) => {
      const found = samplers[name]!.weights!(params, data)
      expect(typeof found === 'string' ? found : [...found]).toEqual(weights)
    },
  )
