import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { Schedule, scheduled, schedules } from './index.js'

const at = (schedule: Schedule, steps: readonly number[], perEpoch = 1) =>
  steps.map((step) => Number(scheduled(schedule, step, perEpoch).toFixed(6)))

test('linear and cosine schedules go from one value to another and stay there', () => {
  expect(at({ type: 'linear', from: 1, to: 0.5, steps: 10 }, [0, 5, 10, 99])).toEqual([1, 0.75, 0.5, 0.5])
  expect(at({ type: 'linear', from: 0, to: 0.2, steps: 10 }, [0, 5, 10])).toEqual([0, 0.1, 0.2])
  const third = Number((0.25 + 0.75 * 0.75).toFixed(6))
  expect(at({ type: 'cosine', from: 1, to: 0.25, steps: 12 }, [0, 4, 6, 12, 99])).toEqual([1, third, 0.625, 0.25, 0.25])
})

test('a step schedule decays by a factor at intervals, not below its bound', () => {
  expect(at({ type: 'step', from: 0.8, factor: 0.5, steps: 10 }, [0, 9, 10, 19, 20])).toEqual([0.8, 0.8, 0.4, 0.4, 0.2])
  expect(at({ type: 'step', from: 0.8, factor: 0.5, to: 0.3, steps: 10 }, [10, 20, 1e6])).toEqual([0.4, 0.3, 0.3])
})

test('a length in epochs is a number of steps', () => {
  const long = { type: 'cosine', from: 1, to: 0.1 } as const
  expect(at({ ...long, epochs: 2 }, [0, 3, 7, 14, 20], 7)).toEqual(at({ ...long, steps: 14 }, [0, 3, 7, 14, 20]))
  expect(at({ type: 'step', from: 1, factor: 0.5, epochs: 3 }, [20, 21, 41, 42], 7)).toEqual([1, 0.5, 0.5, 0.25])
})

test('a warmup rises to the first value, and the schedule starts at its end', () => {
  expect(at({ type: 'constant', value: 1, warmup: 4 }, [0, 1, 3, 4, 5])).toEqual([0.2, 0.4, 0.8, 1, 1])
  expect(at({ type: 'linear', from: 1, to: 0, steps: 10, warmup: 4 }, [3, 4, 9, 14])).toEqual([0.8, 1, 0.5, 0])
  expect(at({ type: 'step', from: 1, factor: 0.5, epochs: 1, warmup: 5 }, [5, 8, 9], 4)).toEqual([1, 1, 0.5])
})

test('a number is constant', () => {
  expect(at(0.3, [0, 1e9])).toEqual([0.3, 0.3])
})

test.each(Object.keys(schedules))('"%s" takes steps or epochs, not both, and nothing unknown', (type) => {
  const own = { constant: { value: 1 }, step: { from: 1, factor: 0.5 } }[type] ?? { from: 1, to: 0 }
  const takes = (more: object) => Value.Check(Schedule, { type, ...own, ...more })
  const spans = type !== 'constant'
  expect([takes({}), takes({ steps: 5 }), takes({ epochs: 0.5 })]).toEqual([!spans, spans, spans])
  expect([takes({ steps: 5, epochs: 5 }), takes({ steps: 5, every: 1 }), takes({ epochs: 0 })]).toEqual(
    Array(3).fill(false),
  )
})
