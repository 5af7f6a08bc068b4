import { beforeEach, describe, expect, test } from 'vitest'
import { backends, useBackend } from '../../src/backend/backend.js'
import type { Context, Value } from '../../src/contract/value.js'
import { joinShapes } from '../../src/graph/ports.js'
import { tf } from '../../src/index.js'
import { byPort, joined } from '../ports.js'
import { layers, missing } from './operators.js'
import { expectClose, type OpCase, tensorOf, vectors } from './vectors.js'

const reasons = {
  'autoencoder/gaussian-sample': 'random: held to its mean and deviation',
  'autoencoder/item-to-item': 'a matrix that a solver computes: held to dense products',
}

test('every operator has vectors', () => {
  expect(
    missing(
      layers.keys(),
      vectors.ops.map(({ op }) => op),
      reasons,
    ),
  ).toEqual([])
})

/** The op of a case as a function of its inputs and trained weights; `assigned` collects what it assigns. */
const prepared = (use: OpCase) => {
  const layer = layers.get(use.op)!
  const shapes = byPort(
    layer.inputs,
    use.inputs.map(({ shape }) => shape.slice(1)),
    joinShapes,
  )
  const specs = layer.weights?.(use.params, shapes) ?? {}
  expect(Object.keys(specs).sort(), 'names of weights').toEqual(Object.keys(use.weights).sort())
  const names = Object.keys(use.weights)
  const weights = new Map(names.map((name) => [name, tensorOf(use.weights[name]!)]))
  const trained = names.filter((name) => specs[name]!.trainable !== false)
  const assigned = new Map<string, tf.Tensor>()
  const context: Context = {
    training: use.training,
    uniform: () => tensorOf(use.uniform!),
    assign: (name, value) => assigned.set(name, value),
  }
  const mask = use.mask && tensorOf(use.mask)
  const apply = (...leaves: tf.Tensor[]): tf.Tensor => {
    const inputs = leaves.slice(0, use.inputs.length).map((tensor): Value => (mask ? { tensor, mask } : { tensor }))
    const own = trained.map((name, place) => [name, leaves[use.inputs.length + place]!] as const)
    const all = Object.fromEntries([...weights, ...own])
    return layer.apply(use.params, byPort(layer.inputs, inputs, joined), all, context).tensor
  }
  return { apply, assigned, leaves: [...use.inputs.map(tensorOf), ...trained.map((name) => weights.get(name)!)] }
}

const title = ({ op, params, mask, training }: OpCase) =>
  `${op} ${JSON.stringify(params)}${mask ? ' masked' : ''}${training ? '' : ' when serving'}`

describe.each([...backends()])('on %s', (backend) => {
  beforeEach(async () => {
    await useBackend(backend)
  })

  test.each(vectors.ops.map((use) => [title(use), use] as const))('%s', (name, use) => {
    const { apply, assigned, leaves } = prepared(use)
    const by = tensorOf(use.by)
    const value = apply(...leaves)
    expect(value.shape).toEqual(use.value.shape)
    // where `by` is 0 PyTorch has no value
    const compared = tf.cast(tf.notEqual(by, 0), 'float32')
    expectClose(tf.mul(value, compared).dataSync(), use.value, `${name}: value`)
    expect([...assigned.keys()].sort()).toEqual(Object.keys(use.assigned).sort())
    for (const [weight, expected] of Object.entries(use.assigned))
      expectClose(assigned.get(weight)!.dataSync(), expected, `${name}: ${weight}`)
    const slopes = tf.grads((...given) => tf.sum(tf.mul(apply(...given), by)))([...leaves])
    expect(slopes.length).toBe(use.gradients.length)
    slopes.forEach((slope, place) => {
      expectClose(slope.dataSync(), use.gradients[place]!, `${name}: gradient ${place + 1}`)
    })
  })
})
