import { type Graph, tf, useBackend } from '@recspec/core'
import { Tensor } from 'onnxruntime-node'
import { beforeAll, expect, test } from 'vitest'
import { graphBuilder } from '../../src/onnx/builder.js'
import { translations } from '../../src/onnx/kernels/index.js'
import { encodeModel } from '../../src/onnx/proto.js'
import { translate } from '../../src/onnx/translate.js'
import { session } from './agreement.js'

beforeAll(async () => {
  await useBackend('cpu')
})

const SHAPE = [4, 6]
const document = { name: 'kernels', nodes: new Map(), plugins: [] } as unknown as Graph

type Run = (x: tf.Tensor) => tf.Tensor

/** Numbers of [batch, 4, 6], positive and negative, no two the same. */
const numbers = (batch: number): Float32Array =>
  Float32Array.from({ length: batch * 24 }, (_, k) => Math.sin(3 * k + 1) * 1.7 + 0.01 * k)

const as4 = (x: tf.Tensor) => tf.reshape(x, [-1, 4, 3, 2]) as tf.Tensor4D
const unit = (x: tf.Tensor) => tf.tanh(x)
const positive = (x: tf.Tensor) => tf.add(tf.abs(x), 0.1)
const whole = (x: tf.Tensor) => tf.cast(tf.mul(x, 10), 'int32')
const filter = (shape: number[]) =>
  tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, k) => Math.cos(k)),
    shape,
  )
const conv =
  (stride: number, pad: 'same' | 'valid' | number, dilation = 1): Run =>
  (x) =>
    tf.conv2d(as4(x), filter([2, 2, 2, 3]) as tf.Tensor4D, stride, pad, 'NHWC', dilation)

/** What is computed of x [batch, 4, 6], by the kernels of tfjs that it is about. */
const cases: readonly (readonly [kernels: string, run: Run])[] = [
  ['Add AddN Multiply Sub', (x) => tf.sub(tf.addN([x, tf.mul(x, 2), tf.add(x, 1)]), 3)],
  ['RealDiv', (x) => tf.div(1, positive(x))],
  ['FloorDiv', (x) => tf.cast(tf.floorDiv(whole(x), tf.scalar(3, 'int32')), 'float32')],
  ['Mod', (x) => tf.mod(x, 0.7)],
  ['Pow', (x) => tf.pow(positive(x), 1.3)],
  ['Maximum Minimum', (x) => tf.maximum(tf.minimum(x, 1), -0.5)],
  ['SquaredDifference', (x) => tf.squaredDifference(x, 0.3)],
  ['Prelu', (x) => tf.prelu(x, tf.tensor1d([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]))],
  ['Neg Abs Exp', (x) => tf.exp(tf.neg(tf.abs(x)))],
  ['Log Sqrt', (x) => tf.log(tf.sqrt(positive(x)))],
  ['Reciprocal Rsqrt Square', (x) => tf.add(tf.reciprocal(positive(x)), tf.rsqrt(tf.square(x)))],
  ['Floor', (x) => tf.floor(x)],
  ['Ceil', (x) => tf.ceil(x)],
  ['Round', (x) => tf.round(tf.div(whole(x), 2))],
  ['Sign', (x) => tf.sign(x)],
  ['Step', (x) => tf.step(x, 0.25)],
  ['Sin Cos Tan', (x) => tf.add(tf.sin(x), tf.add(tf.cos(x), tf.tan(unit(x))))],
  ['Asin Acos Atan', (x) => tf.add(tf.asin(unit(x)), tf.add(tf.acos(unit(x)), tf.atan(x)))],
  ['Sinh Cosh Tanh', (x) => tf.add(tf.sinh(x), tf.add(tf.cosh(x), tf.tanh(x)))],
  [
    'Asinh Acosh Atanh',
    (x) => tf.add(tf.asinh(x), tf.add(tf.acosh(tf.add(positive(x), 1)), tf.atanh(tf.mul(unit(x), 0.9)))),
  ],
  ['Sigmoid', (x) => tf.sigmoid(x)],
  ['Relu', (x) => tf.relu(x)],
  ['Relu6', (x) => tf.relu6(tf.mul(x, 5))],
  ['LeakyRelu', (x) => tf.leakyRelu(x, 0.3)],
  ['Elu', (x) => tf.elu(x)],
  ['Selu', (x) => tf.selu(x)],
  ['Softplus', (x) => tf.softplus(x)],
  ['Erf', (x) => tf.erf(x)],
  ['Log1p Expm1', (x) => tf.add(tf.log1p(positive(x)), tf.expm1(x))],
  ['ClipByValue', (x) => tf.clipByValue(x, -0.5, 0.75)],
  [
    'Equal NotEqual Cast',
    (x) => tf.add(tf.cast(tf.equal(whole(x), 3), 'float32'), tf.cast(tf.notEqual(tf.sign(x), 1), 'float32')),
  ],
  ['Greater Less LogicalAnd', (x) => tf.cast(tf.logicalAnd(tf.greater(x, -0.5), tf.less(x, 0.5)), 'float32')],
  [
    'GreaterEqual LessEqual LogicalOr LogicalNot',
    (x) => tf.cast(tf.logicalNot(tf.logicalOr(tf.greaterEqual(x, 0.5), tf.lessEqual(x, -0.5))), 'float32'),
  ],
  [
    'IsNan IsInf IsFinite',
    (x) => tf.cast(tf.logicalOr(tf.isNaN(tf.log(x)), tf.logicalOr(tf.isInf(x), tf.isFinite(tf.log(x)))), 'float32'),
  ],
  ['Select', (x) => tf.where(tf.greater(x, 0), x, tf.mul(x, 3))],
  ['Sum Mean', (x) => tf.add(tf.sum(x, 1), tf.mean(x, -2))],
  ['Max Min Prod', (x) => tf.add(tf.max(x, [1, 2], true), tf.add(tf.min(x, 2, true), tf.prod(x, 1, true)))],
  [
    'All Any',
    (x) =>
      tf.add(tf.cast(tf.all(tf.greater(x, -1.5), 2), 'float32'), tf.cast(tf.any(tf.greater(x, 1.5), 2), 'float32')),
  ],
  ['ArgMax ArgMin', (x) => tf.cast(tf.sub(tf.argMax(x, 2), tf.argMin(x, 2)), 'float32')],
  ['Softmax LogSumExp', (x) => tf.softmax(x)],
  ['LogSoftmax', (x) => tf.logSoftmax(x)],
  ['Cumsum', (x) => tf.add(tf.cumsum(x, 1), tf.cumsum(x, 2, true, true))],
  [
    'TopK',
    (x) => {
      const { values, indices } = tf.topk(x, 3)
      return tf.add(values, tf.cast(indices, 'float32'))
    },
  ],
  ['BatchMatMul', (x) => tf.matMul(x, x, false, true)],
  ['BatchMatMul transposed', (x) => tf.matMul(x, x, true, false)],
  [
    '_FusedMatMul',
    (x) =>
      tf.fused.matMul({
        a: tf.reshape(x, [-1, 6]),
        b: filter([6, 3]) as tf.Tensor2D,
        bias: tf.tensor1d([1, 2, 3]),
        activation: 'elu',
      }),
  ],
  ['Einsum', (x) => tf.einsum('bij,jk->bik', x, filter([6, 2]))],
  ['Reshape ExpandDims Transpose', (x) => tf.transpose(tf.expandDims(tf.reshape(x, [-1, 8, 3]), 2), [0, 3, 2, 1])],
  ['Concat', (x) => tf.concat([x, tf.mul(x, 2)], -1)],
  ['Pack Unpack', (x) => tf.stack(tf.unstack(x, 1).reverse(), 2)],
  ['Tile', (x) => tf.tile(x, [1, 2, 3])],
  ['Tile stretched', (x) => tf.mul(x, tf.broadcastTo(tf.sum(x, 2, true), x.shape))],
  [
    'PadV2',
    (x) =>
      tf.pad(
        x,
        [
          [0, 0],
          [1, 2],
          [0, 3],
        ],
        0.5,
      ),
  ],
  [
    'MirrorPad',
    (x) =>
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [1, 2],
          [2, 0],
        ],
        'reflect',
      ),
  ],
  ['Fill ZerosLike OnesLike', (x) => tf.add(tf.onesLike(x), tf.add(tf.zerosLike(x), tf.fill(x.shape, 2)))],
  ['OneHot', (x) => tf.cast(tf.oneHot(tf.argMax(x, 2) as tf.Tensor2D, 6, 2, -1), 'float32')],
  ['Reverse', (x) => tf.reverse(x, [1, 2])],
  ['GatherV2', (x) => tf.gather(x, tf.tensor1d([2, 0, 2], 'int32'), 1)],
  ['GatherV2 of a table', (x) => tf.gather(filter([6, 5]), tf.argMax(x, 2))],
  ['GatherNd', (x) => tf.gatherND(filter([6, 5]), tf.expandDims(tf.argMax(x, 2), -1))],
  ['Slice', (x) => tf.slice(x, [0, 1, 2], [x.shape[0]!, 2, 3])],
  ['StridedSlice', (x) => tf.stridedSlice(x, [0, 0, 1], x.shape, [1, 2, 2])],
  ['StridedSlice backwards', (x) => tf.stridedSlice(x, [0, 3, 0], [x.shape[0]!, 0, 6], [1, -1, 1])],
  ['SplitV', (x) => tf.concat(tf.split(x, [1, 2, 3], 2).reverse(), 2)],
  ['Conv2D', conv(1, 'same')],
  ['Conv2D strided', conv(2, 'valid')],
  ['Conv2D padded', conv(1, 1, 2)],
  [
    'FusedConv2D',
    (x) =>
      tf.fused.conv2d({
        x: as4(x),
        filter: filter([2, 2, 2, 3]) as tf.Tensor4D,
        strides: 1,
        pad: 'same',
        bias: tf.tensor1d([1, 2, 3]),
        activation: 'relu',
      }),
  ],
  ['DepthwiseConv2dNative', (x) => tf.depthwiseConv2d(as4(x), filter([2, 2, 2, 3]) as tf.Tensor4D, 1, 'same')],
  [
    'FusedDepthwiseConv2D',
    (x) =>
      tf.fused.depthwiseConv2d({
        x: as4(x),
        filter: filter([2, 2, 2, 1]) as tf.Tensor4D,
        strides: 1,
        pad: 'valid',
        bias: tf.tensor1d([1, 2]),
        activation: 'relu6',
      }),
  ],
  ['MaxPool', (x) => tf.maxPool(as4(x), 2, 1, 'valid')],
  ['AvgPool', (x) => tf.avgPool(as4(x), 2, 1, 'same')],
  [
    'FusedBatchNorm',
    (x) =>
      tf.batchNorm(
        x as tf.Tensor3D,
        tf.tensor1d([1, 2, 3, 4, 5, 6]),
        tf.tensor1d([6, 5, 4, 3, 2, 1]),
        tf.tensor1d([1, 1, 1, 1, 1, 2]),
        tf.tensor1d([1, 2, 1, 2, 1, 2]),
        0.01,
      ),
  ],
  ['Identity', (x) => tf.clone(x)],
]

const onnxOf = async (run: Run) => {
  const graph = graphBuilder()
  graph.input({ name: 'x', type: 'float', dims: ['batch', ...SHAPE], about: '' })
  const [found] = await translate(graph, document, (recorder, batch) => [
    run(recorder.named('x', numbers(batch), [batch, ...SHAPE])),
  ])
  const dims = found!.dims.map((dim) =>
    typeof dim === 'number' ? dim : dim.batch === 1 ? 'batch' : `${dim.batch} batch`,
  )
  const outputs = [{ name: 'y', type: 'float', dims, about: '', value: found!.name } as const]
  const model = { name: 'kernels', about: '', version: '', metadata: {}, ...graph.finish(outputs) }
  return session(encodeModel(model, '').model)
}

test.each(cases)('%s', async (_, run) => {
  const own = await onnxOf(run)
  for (const batch of [1, 2, 5]) {
    const shape = [batch, ...SHAPE]
    const [expected, dims] = tf.tidy(() => {
      const y = run(tf.tensor(numbers(batch), shape))
      return [y.dataSync(), y.shape] as const
    })
    const { y } = await own.run({ x: new Tensor('float32', numbers(batch), shape) })
    expect(y!.dims).toEqual(dims)
    const found = y!.data as Float32Array
    for (const [k, value] of expected.entries())
      expect(Math.abs(value - found[k]!), `number ${k} of ${batch}`).toBeLessThan(1e-4 * Math.max(1, Math.abs(value)))
  }
})

test('every translation has a case', () => {
  const named = new Set(cases.flatMap(([kernels]) => kernels.split(' ')))
  expect([...translations.keys()].filter((kernel) => !named.has(kernel))).toEqual([])
})
