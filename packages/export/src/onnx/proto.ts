import { bytes, encoded, float, floats, integer, integers, type Message, messageOf, nested, text } from './wire.js'

/** The version of ONNX's operators, of those of classical machine learning, and of its file format. */
export const OPSET = 18
export const ML_OPSET = 3
const IR_VERSION = 8

/** Types of elements, by the numbers of the format. */
export const types = { float: 1, int32: 6, int64: 7, string: 8, bool: 9, double: 11 } as const
export type ElementType = keyof typeof types

/** The length of an axis: a number, or the name of one that a caller chooses. */
export type NamedDim = number | string

/** A value of an attribute. */
export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly text: string }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly texts: readonly string[] }

/** An operation of a graph. */
export interface Node {
  readonly name: string
  readonly op: string
  readonly domain?: string
  /** '' where an optional input is left out. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, Attribute>>
}

/** The numbers of a constant, or its texts. */
export type Data = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | readonly string[]

/** A constant of a graph. */
export interface Initializer {
  readonly name: string
  readonly type: ElementType
  readonly dims: readonly number[]
  readonly data: Data
}

/** An input or output of a graph. */
export interface Slot {
  readonly name: string
  readonly type: ElementType
  readonly dims: readonly NamedDim[]
  readonly about: string
}

/** A model of ONNX. */
export interface OnnxModel {
  readonly name: string
  readonly about: string
  readonly version: string
  readonly nodes: readonly Node[]
  readonly initializers: readonly Initializer[]
  readonly inputs: readonly Slot[]
  readonly outputs: readonly Slot[]
  readonly metadata: Readonly<Record<string, string>>
}

/** A model as the bytes of its file, and those of the file beside it where its constants are too large for one. */
export interface EncodedModel {
  readonly model: Uint8Array
  readonly data?: Uint8Array
}

const attribute = (name: string, value: Attribute): Message => {
  const typed = (kind: number, ...fields: Message[]) => messageOf([text(1, name), ...fields, integer(20, kind)])
  if ('float' in value) return typed(1, float(2, value.float))
  if ('int' in value) return typed(2, integer(3, value.int))
  if ('text' in value) return typed(3, text(4, value.text))
  if ('floats' in value) return typed(6, floats(7, value.floats))
  if ('ints' in value) return typed(7, integers(8, value.ints))
  return typed(8, ...value.texts.map((one) => text(9, one)))
}

const nodeMessage = ({ name, op, domain, inputs, outputs, attributes }: Node): Message =>
  messageOf([
    ...inputs.map((input) => text(1, input)),
    ...outputs.map((output) => text(2, output)),
    text(3, name),
    text(4, op),
    ...Object.entries(attributes).map(([key, value]) => nested(5, attribute(key, value))),
    ...(domain === undefined ? [] : [text(7, domain)]),
  ])

const isTexts = (data: Data): data is readonly string[] => Array.isArray(data)

const rawBytes = (data: Exclude<Data, readonly string[]>): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

/** Where the numbers of a constant are in the file beside the model. */
interface Place {
  readonly file: string
  readonly offset: number
}

const tensor = ({ name, type, dims, data }: Initializer, place?: Place): Message => {
  const head = [integers(1, dims), integer(2, types[type])]
  if (isTexts(data)) return messageOf([...head, ...data.map((one) => text(6, one)), text(8, name)])
  if (!place) return messageOf([...head, text(8, name), bytes(9, rawBytes(data))])
  const entry = (key: string, value: string) => nested(13, messageOf([text(1, key), text(2, value)]))
  return messageOf([
    ...head,
    text(8, name),
    entry('location', place.file),
    entry('offset', String(place.offset)),
    entry('length', String(data.byteLength)),
    integer(14, 1),
  ])
}

const slot = ({ name, type, dims, about }: Slot): Message => {
  const shape = dims.map((dim) => nested(1, typeof dim === 'number' ? integer(1, dim) : text(2, dim)))
  const tensorType = messageOf([integer(1, types[type]), nested(2, messageOf(shape))])
  return messageOf([text(1, name), nested(2, messageOf([nested(1, tensorType)])), text(3, about)])
}

/** A message of protocol buffers has less than 2³¹ bytes; the rest is room for what is not constants. */
const MOST_BYTES = 2 ** 31 - 2 ** 26
/** Constants of fewer bytes stay in the model's file. */
const SMALL = 1024
/** Constants begin at a multiple of this in the file beside. */
const ALIGNED = 4096

/**
 * Encodes a model; where its constants have more than `most` bytes, the large ones go to a file beside it, which the
 * model's file calls `file`.
 */
export const encodeModel = (model: OnnxModel, file: string, most = MOST_BYTES): EncodedModel => {
  const { name, about, version, nodes, initializers, inputs, outputs, metadata } = model
  const total = initializers.reduce((sum, { data }) => sum + (isTexts(data) ? 0 : data.byteLength), 0)
  const beside = new Map<Initializer, number>()
  let end = 0
  if (total > most)
    for (const one of initializers) {
      if (isTexts(one.data) || one.data.byteLength < SMALL) continue
      const offset = Math.ceil(end / ALIGNED) * ALIGNED
      beside.set(one, offset)
      end = offset + one.data.byteLength
    }
  const data = end > 0 ? new Uint8Array(end) : undefined
  for (const [one, offset] of beside) data!.set(rawBytes(one.data as Float32Array), offset)
  const graph = messageOf([
    ...nodes.map((node) => nested(1, nodeMessage(node))),
    text(2, name),
    ...initializers.map((one) => {
      const offset = beside.get(one)
      return nested(5, tensor(one, offset === undefined ? undefined : { file, offset }))
    }),
    text(10, about),
    ...inputs.map((one) => nested(11, slot(one))),
    ...outputs.map((one) => nested(12, slot(one))),
  ])
  const opset = (domain: string, number: number) => nested(8, messageOf([text(1, domain), integer(2, number)]))
  const whole = messageOf([
    integer(1, IR_VERSION),
    text(2, 'recspec'),
    text(3, version),
    nested(7, graph),
    opset('', OPSET),
    opset('ai.onnx.ml', ML_OPSET),
    ...Object.entries(metadata).map(([key, value]) => nested(14, messageOf([text(1, key), text(2, value)]))),
  ])
  return { model: encoded(whole), ...(data ? { data } : {}) }
}
