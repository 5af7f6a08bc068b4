import * as tf from '@tensorflow/tfjs-core'
import {
  affine,
  attend,
  dropout,
  gatherRows,
  gridCrossEntropy,
  gru,
  layerNormalize,
  lstm,
  pairDots,
  rowCrossEntropy,
} from '../src/index.js'
import type { Case } from './numbers.js'

/** Indices below a height, with duplicates. */
export const rows = (count: number, height: number): tf.Tensor1D =>
  tf.tensor1d(
    Int32Array.from({ length: count }, (_, at) => (at * 7 + 3) % height),
    'int32',
  )

/** Sequences of different lengths, the second empty. */
const mask = (n: number, length: number): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: n * length }, (_, cell) =>
      cell % length < (Math.floor(cell / length) * 3 + 2) % (length + 1) && Math.floor(cell / length) !== 1 ? 1 : 0,
    ),
    [n, length],
  )

const of = (name: string, shapes: Case['shapes'], run: Case['run'], gradient = true): Case => ({
  name,
  shapes,
  run,
  gradient,
})

const positive = (x: tf.Tensor) => tf.add(tf.abs(x), 0.1)

const unary: readonly Case[] = [
  ...Object.entries({
    neg: tf.neg,
    abs: tf.abs,
    square: tf.square,
    sqrt: (x: tf.Tensor) => tf.sqrt(positive(x)),
    reciprocal: (x: tf.Tensor) => tf.reciprocal(positive(x)),
    rsqrt: (x: tf.Tensor) => tf.rsqrt(positive(x)),
    exp: tf.exp,
    log: (x: tf.Tensor) => tf.log(positive(x)),
    sigmoid: tf.sigmoid,
    tanh: tf.tanh,
    relu: tf.relu,
    relu6: (x: tf.Tensor) => tf.relu6(tf.mul(x, 5)),
    softplus: (x: tf.Tensor) => tf.softplus(tf.mul(x, 9)),
    clip: (x: tf.Tensor) => tf.clipByValue(x, -0.5, 1),
    leakyRelu: (x: tf.Tensor) => tf.leakyRelu(x, 0.3),
    elu: tf.elu,
  }).map(([name, run]) => of(name, [[31, 700]], run as Case['run'])),
  of('step', [[5, 7]], (x) => tf.step(x, 0.2), false),
  of('floor and ceil', [[5, 7]], (x) => tf.add(tf.floor(x), tf.ceil(x)), false),
  of('fill', [[1]], (x) => tf.add(x, tf.fill([3, 1001], 0.25)), false),
]

const shapes: readonly (readonly [readonly number[], readonly number[]])[] = [
  [
    [300, 70],
    [300, 70],
  ],
  [[300, 70], [70]],
  [
    [300, 70],
    [300, 1],
  ],
  [[1], [5, 3]],
  [[], [4, 4]],
  [
    [2, 1, 5, 6],
    [3, 1, 6],
  ],
  [
    [7, 1],
    [1, 9],
  ],
  [
    [2, 3, 1],
    [2, 1, 33],
  ],
]
const binary: readonly Case[] = shapes.flatMap(([a, b]) => {
  const named = (name: string) => `${name} [${a}] [${b}]`
  // tfjs has no gradients of these for operands that are broadcast
  const same = `${a}` === `${b}`
  return [
    of(named('add'), [a, b], (x, y) => tf.add(x!, y!)),
    of(named('sub'), [a, b], (x, y) => tf.sub(x!, y!)),
    of(named('mul'), [a, b], (x, y) => tf.mul(x!, y!)),
    of(named('div'), [a, b], (x, y) => tf.div(x!, positive(y!))),
    of(named('maximum'), [a, b], (x, y) => tf.maximum(x!, y!), same),
    of(named('minimum'), [a, b], (x, y) => tf.minimum(x!, y!), same),
    of(named('squaredDifference'), [a, b], (x, y) => tf.squaredDifference(x!, y!), same),
  ]
})

const reductions: readonly Case[] = [
  ...[[], [0], [1], [2], [0, 1], [1, 2], [-1], [0, 2]].flatMap((axes) =>
    Object.entries({ sum: tf.sum, mean: tf.mean, max: tf.max, min: tf.min }).map(([name, run]) =>
      of(`${name} over ${axes}`, [[9, 21, 35]], (x) => run(x!, axes.length > 0 ? axes : undefined)),
    ),
  ),
  of('sum keeps dimensions', [[9, 21]], (x) => tf.sum(x!, 1, true)),
  of('softmax', [[70, 33]], (x) => tf.softmax(x!)),
  of('softmax over the first dimension', [[7, 3]], (x) => tf.transpose(tf.softmax(tf.transpose(x!)))),
  of('logSoftmax', [[70, 33]], (x) => tf.logSoftmax(tf.mul(x!, 20))),
  of('logSumExp', [[70, 33]], (x) => tf.logSumExp(x!, 1)),
]

const products: readonly Case[] = [
  ...[
    [1, 1, 1],
    [3, 5, 2],
    [130, 16, 1],
    [66, 300, 65],
    [7, 1100, 9],
    [257, 64, 130],
  ].flatMap(([rows, depth, columns]) =>
    [false, true].flatMap((a) =>
      [false, true].map((b) =>
        of(
          `matMul ${rows} ${depth} ${columns}${a ? ', a transposed' : ''}${b ? ', b transposed' : ''}`,
          [a ? [depth!, rows!] : [rows!, depth!], b ? [columns!, depth!] : [depth!, columns!]],
          (x, y) => tf.matMul(x!, y!, a, b),
        ),
      ),
    ),
  ),
  of(
    'matMul of batches',
    [
      [3, 4, 5],
      [3, 5, 6],
    ],
    (x, y) => tf.matMul(x!, y!),
  ),
  of(
    'matMul of a batch and one matrix',
    [
      [3, 4, 5],
      [1, 5, 6],
    ],
    (x, y) => tf.matMul(x!, y!),
    false,
  ),
  of(
    'matMul of batches that are broadcast',
    [
      [3, 1, 4, 5],
      [1, 2, 5, 6],
    ],
    (x, y) => tf.matMul(x!, y!),
    false,
  ),
  ...(['linear', 'relu', 'sigmoid', 'relu6', 'elu'] as const).map((activation) =>
    of(`fused matMul with ${activation}`, [[17, 9], [9, 11], [11]], (a, b, bias) =>
      tf.fused.matMul({ a: a!, b: b!, bias: bias!, activation }),
    ),
  ),
  of(
    'conv1d',
    [
      [2, 12, 3],
      [3, 3, 4],
    ],
    (x, filter) => tf.conv1d(x as tf.Tensor3D, filter as tf.Tensor3D, 1, 'same'),
  ),
]

const layout: readonly Case[] = [
  of('gather', [[9, 40]], (x) => tf.gather(x!, rows(500, 9))),
  of('gather over another axis', [[4, 9]], (x) => tf.gather(x!, rows(5, 9), 1)),
  of('gatherRows', [[9, 40]], (x) => gatherRows(x!, rows(500, 9))),
  of('unsortedSegmentSum', [[500, 21]], (x) => tf.unsortedSegmentSum(x!, rows(500, 9), 11)),
  of(
    'concat',
    [
      [40, 3],
      [40, 10],
      [40, 1],
    ],
    (...all) => tf.concat(all, 1),
  ),
  of(
    'concat over the first dimension',
    [
      [4, 3],
      [2, 3],
    ],
    (...all) => tf.concat(all, 0),
  ),
  of(
    'stack',
    [
      [4, 3],
      [4, 3],
    ],
    (...all) => tf.stack(all, 1),
  ),
  of('split', [[40, 14]], (x) => tf.mul(...(tf.split(x!, [7, 7], 1) as [tf.Tensor, tf.Tensor]))),
  of('slice of rows', [[40, 14]], (x) => tf.slice(x!, [3, 0], [9, 14])),
  of('slice of columns', [[40, 14, 2]], (x) => tf.slice(x!, [0, 3, 0], [40, 5, 2])),
  of('slice of both', [[40, 14]], (x) => tf.slice(x!, [2, 3], [9, 5])),
  of('slice of three axes', [[6, 7, 8]], (x) => tf.slice(x!, [1, 2, 3], [4, 3, 5])),
  of('pad of both', [[40, 14]], (x) =>
    tf.pad(x!, [
      [0, 1],
      [2, 3],
    ]),
  ),
  of('pad by a number', [[4, 3, 5]], (x) =>
    tf.pad(
      x!,
      [
        [0, 0],
        [1, 2],
        [0, 0],
      ],
      -1.5,
    ),
  ),
  of('reverse', [[6, 5]], (x) => tf.reverse(x!, 1)),
  ...[
    [1, 0],
    [0, 2, 1, 3],
    [0, 2, 3, 1],
    [3, 2, 1, 0],
    [1, 2, 0],
  ].map((order) => of(`transpose to ${order}`, [[5, 8, 3, 7].slice(0, order.length)], (x) => tf.transpose(x!, order))),
  of('pad', [[4, 5]], (x) =>
    tf.pad(x!, [
      [1, 2],
      [0, 3],
    ]),
  ),
  of('tile', [[4, 5]], (x) => tf.tile(x!, [2, 3])),
  of(
    'where',
    [
      [40, 5],
      [40, 5],
    ],
    (x, y) => tf.where(tf.greater(x!, y!), x!, tf.mul(y!, 2)),
    false,
  ),
  of('cumsum', [[4, 5]], (x) => tf.cumsum(x!, 1)),
  of('cast of booleans', [[40, 5]], (x) => tf.mul(x!, tf.cast(tf.greaterEqual(x!, 0.1), 'float32'))),
]

/** Operations of tfjs. */
export const operations: readonly Case[] = [...unary, ...binary, ...reductions, ...products, ...layout]

const recurrent = (gates: number): Case['shapes'] => [[7, 6, 5], [5, gates * 9], [9, gates * 9], [gates * 9]]

/** Formulas that are one operation of ours. */
export const formulas: readonly Case[] = [
  ...[
    [1, 1, 1],
    [7, 13, 9],
    [131, 33, 31],
  ].flatMap(([n, from, to]) =>
    (['linear', 'relu'] as const).flatMap((activation) => [
      of(`affine ${n} ${from} ${to} ${activation}`, [[n!, from!], [from!, to!], [to!]], (x, k, b) =>
        affine(x!, k!, b, activation),
      ),
      of(
        `affine ${n} ${from} ${to} ${activation} without bias, of sequences`,
        [
          [2, n!, from!],
          [from!, to!],
        ],
        (x, k) => affine(x!, k!, undefined, activation),
      ),
    ]),
  ),
  of('layerNormalize', [[5, 67, 21], [21], [21]], (x, gamma, beta) => layerNormalize(x!, gamma!, beta!, 1e-3)),
  of('layerNormalize of many rows', [[9000, 8], [8], [8]], (x, gamma, beta) => layerNormalize(x!, gamma!, beta!, 1e-3)),
  ...[1, 3].flatMap((heads) =>
    [false, true].flatMap((causal) =>
      [false, true].map((masked) =>
        of(
          `attend with ${heads} heads${causal ? ', causal' : ''}${masked ? ', masked' : ''}`,
          [
            [5, 11, 6],
            [5, 11, 6],
            [5, 11, 6],
          ],
          (q, k, v) => attend(q!, k!, v!, { heads, causal, mask: masked ? mask(5, 11) : undefined }),
        ),
      ),
    ),
  ),
  ...[false, true].flatMap((last) =>
    [false, true].flatMap((masked) => {
      const name = `${last ? 'the last state' : 'states'}${masked ? ' of masked sequences' : ''}`
      const seen = () => (masked ? mask(7, 6) : undefined)
      return [
        of(`lstm, ${name}`, recurrent(4), (x, kernel, recurrent, bias) =>
          lstm(x!, seen(), { kernel: kernel!, recurrent: recurrent!, bias: bias! }, last),
        ),
        of(`gru, ${name}`, [...recurrent(3), [27]], (x, kernel, recurrent, bias, recurrentBias) =>
          gru(x!, seen(), { kernel: kernel!, recurrent: recurrent!, bias: bias!, recurrentBias: recurrentBias! }, last),
        ),
      ]
    }),
  ),
  of(
    'pairDots',
    [
      [9, 21],
      [13, 21],
    ],
    (left, right) => pairDots(left!, rows(500, 9), right!, rows(500, 13)),
  ),
  of('dropout', [[31, 70]], (x) => dropout(x!, { key: 5, first: 7, rate: 0.3 })),
  ...[
    [5, 7, 3],
    [70, 300, 20],
    [300, 9, 65],
    [6, 2000, 12],
  ].flatMap(([n, m, d]) =>
    [false, true].map((biased) =>
      of(
        `rowCrossEntropy ${n} ${m} ${d}${biased ? ' with a bias' : ''}`,
        [[n!, d!], [m!, d!], ...(biased ? [[m!, 1]] : [])],
        (left, right, bias) =>
          rowCrossEntropy(left!, right!, bias, {
            start: tf.tensor1d(
              Int32Array.from({ length: n! + 1 }, (_, row) => Math.floor((3 * row * row) / (n! + 1))),
              'int32',
            ),
            columns: rows(Math.floor((3 * n! * n!) / (n! + 1)), m!),
          }),
      ),
    ),
  ),
  ...[
    [5, 7, 3],
    [70, 300, 20],
    [300, 9, 65],
  ].flatMap(([n, m, d]) =>
    [false, true].map((more) =>
      of(
        `gridCrossEntropy ${n} ${m} ${d}${more ? ', some columns left out' : ''}`,
        [
          [n!, d!],
          [m!, d!],
        ],
        (left, right) =>
          gridCrossEntropy(left!, right!, {
            temperature: 2,
            own: rows(n!, m!),
            ...(more
              ? {
                  excluded: {
                    start: tf.tensor1d(
                      Int32Array.from({ length: n! + 1 }, (_, row) => 2 * row),
                      'int32',
                    ),
                    columns: rows(2 * n!, m!),
                  },
                  shift: tf.tensor1d(Float32Array.from({ length: m! }, (_, at) => Math.sin(at))),
                  counts: tf.tensor1d(Float32Array.from({ length: m! }, (_, at) => 1 + (at % 3))),
                }
              : {}),
          }),
      ),
    ),
  ),
]
