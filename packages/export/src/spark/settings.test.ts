import { expect, test } from 'vitest'
import { localThreads, sparkSettings } from './settings.js'

test('a local master says its threads, a cluster does not', () => {
  expect(['local', 'local[2]', 'local[*]', 'local[4,3]'].map((master) => localThreads(master, 8))).toEqual([1, 2, 8, 4])
  expect(['yarn', 'spark://host:7077', 'k8s://https://host'].map((master) => localThreads(master, 8))).toEqual(
    Array(3).fill(undefined),
  )
})

test('blocks grow with the cells, and there are never fewer than threads', () => {
  expect([sparkSettings(1e5, 2).blocks, sparkSettings(1e5, undefined).blocks]).toEqual([2, 10])
  expect(sparkSettings(1e9, undefined).blocks).toBe(250)
})
