import * as tf from '@tensorflow/tfjs-core'

interface CpuBackend extends tf.KernelBackend {
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: Float32Array): tf.TensorInfo
}

/** Linear in the number of rows, summed in their order; the kernel of tfjs visits every segment for every row. */
const segmentSum: tf.KernelFunc = ({ inputs, attrs, backend }) => {
  const cpu = backend as CpuBackend
  const { x, segmentIds } = inputs as unknown as { x: tf.TensorInfo; segmentIds: tf.TensorInfo }
  const { numSegments } = attrs as unknown as tf.UnsortedSegmentSumAttrs
  const width = x.shape.slice(1).reduce((size, dim) => size * dim, 1)
  const sums = new Float32Array(numSegments * width)
  const values = cpu.readSync(x.dataId) as Float32Array
  ;(cpu.readSync(segmentIds.dataId) as Int32Array).forEach((segment, row) => {
    for (let lane = 0; lane < width; lane++) sums[segment * width + lane]! += values[row * width + lane]!
  })
  return cpu.makeTensorInfo([numSegments, ...x.shape.slice(1)], 'float32', sums)
}

/** Replaces the cpu backend's UnsortedSegmentSum. */
export const completeCpu = (): void => {
  if (tf.getKernel(tf.UnsortedSegmentSum, 'cpu')) tf.unregisterKernel(tf.UnsortedSegmentSum, 'cpu')
  tf.registerKernel({ kernelName: tf.UnsortedSegmentSum, backendName: 'cpu', kernelFunc: segmentSum })
}
