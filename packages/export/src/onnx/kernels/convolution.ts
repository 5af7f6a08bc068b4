import { tf } from '@recspec/core'
import { isBatch } from '../dims.js'
import type { Attribute } from '../proto.js'
import { activations } from './activations.js'
import { type Call, numbersOf, type Translation, type Translations } from './kernel.js'

type Pads = readonly [top: number, bottom: number, left: number, right: number]

/** Height and width, which must not depend on the batch. */
const windowOf = ({ inputs: [x] }: Call): readonly [number, number] => {
  const [, height, width] = x!.dims
  if (isBatch(height) || isBatch(width) || x!.dims.length !== 4)
    throw new Error('needs [batch, height, width, channels]')
  return [height!, width!]
}

const pair = (value: unknown): readonly [number, number] => {
  const [first, second] = numbersOf(value ?? 1)
  return [first!, second ?? first!]
}

/** The zeros that are put before and after each axis, as tfjs counts them. */
const padsOf = (call: Call, filter: readonly [number, number]): Pads => {
  const [height, width] = windowOf(call)
  const { pad, strides, dilations, dataFormat, dimRoundingMode } = call.attributes
  if (dataFormat !== undefined && dataFormat !== 'NHWC') throw new Error(`needs the layout NHWC, got ${dataFormat}`)
  const info = tf.backend_util.computeConv2DInfo(
    [1, height, width, 1],
    [...filter, 1, 1],
    strides as number,
    (dilations ?? 1) as number,
    pad as number,
    dimRoundingMode as 'floor' | undefined,
  )
  const { top, bottom, left, right } = info.padInfo
  return [top, bottom, left, right]
}

const spatial = (call: Call, filter: readonly [number, number]): Record<string, Attribute> => {
  const [top, bottom, left, right] = padsOf(call, filter)
  return {
    strides: { ints: pair(call.attributes.strides) },
    pads: { ints: [top, left, bottom, right] },
  }
}

/** From [n, height, width, channels] to [n, channels, height, width], and back. */
const channelsFirst = (graph: Call['graph'], x: string) =>
  graph.node('Transpose', [x], { perm: { ints: [0, 3, 1, 2] } })
const channelsLast = (graph: Call['graph'], x: string) => graph.node('Transpose', [x], { perm: { ints: [0, 2, 3, 1] } })

const convolution = (call: Call): string => {
  const { graph, input, attributes } = call
  const filter = input('filter')
  const size = filter.dims.slice(0, 2) as [number, number]
  const kernel = graph.node('Transpose', [filter.name], { perm: { ints: [3, 2, 0, 1] } })
  const out = graph.node('Conv', [channelsFirst(graph, input('x').name), kernel], {
    ...spatial(call, size),
    dilations: { ints: pair(attributes.dilations) },
    kernel_shape: { ints: size },
  })
  return channelsLast(graph, out)
}

const depthwise = (call: Call): string => {
  const { graph, input, attributes } = call
  const filter = input('filter')
  const [height, width, channels, factor] = filter.dims as [number, number, number, number]
  // [height, width, channels, factor] -> [channels · factor, 1, height, width]
  const moved = graph.node('Transpose', [filter.name], { perm: { ints: [2, 3, 0, 1] } })
  const kernel = graph.node('Reshape', [moved, graph.ints([channels * factor, 1, height, width])])
  const out = graph.node('Conv', [channelsFirst(graph, input('x').name), kernel], {
    ...spatial(call, [height, width]),
    dilations: { ints: pair(attributes.dilations) },
    kernel_shape: { ints: [height, width] },
    group: { int: channels },
  })
  return channelsLast(graph, out)
}

const pooled =
  (op: string): Translation =>
  (call) => {
    const {
      graph,
      inputs: [x],
      attributes,
    } = call
    const size = pair(attributes.filterSize)
    const out = graph.node(op, [channelsFirst(graph, x!.name)], {
      ...spatial(call, size),
      kernel_shape: { ints: size },
    })
    return channelsLast(graph, out)
  }

const withBias = (call: Call, out: string): string => {
  const bias = call.optional('bias')
  return activations(call, bias ? call.graph.node('Add', [out, bias.name]) : out)
}

/** Convolutions and poolings of [n, height, width, channels]. */
export const convolutions: Translations = {
  Conv2D: convolution,
  FusedConv2D: (call) => withBias(call, convolution(call)),
  DepthwiseConv2dNative: depthwise,
  FusedDepthwiseConv2D: (call) => withBias(call, depthwise(call)),
  MaxPool: pooled('MaxPool'),
  AvgPool: pooled('AveragePool'),
}
