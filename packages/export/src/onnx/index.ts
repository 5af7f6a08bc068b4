import type { Model } from '@recspec/core'
import { encodeModel, type OnnxModel } from './proto.js'
import { scoreModel } from './score.js'
import { towersOf } from './towers.js'

export { ML_OPSET, OPSET } from './proto.js'

/** A file of an export. */
export interface ExportedFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** An input or output of a graph: its name, the type of its elements, and its axes. */
export interface GraphSlot {
  readonly name: string
  readonly type: string
  readonly dims: readonly (number | string)[]
}

/** A graph that was written: its file, and what goes in and comes out. */
export interface ExportedGraph {
  readonly file: string
  readonly inputs: readonly GraphSlot[]
  readonly outputs: readonly GraphSlot[]
}

/** A model as graphs of ONNX. */
export interface OnnxExport {
  readonly files: readonly ExportedFile[]
  /** The score, and where it is a product the towers of both sides. */
  readonly graphs: readonly ExportedGraph[]
  /** What the score adds to the product of the towers. */
  readonly constant?: number
  /** Why there are no towers. */
  readonly obstacle?: string
}

/**
 * A model as graphs of ONNX: `score.onnx` predicts as `Model.predict` does, and where the ranking score is a product of
 * both sides `user.onnx` and `item.onnx` are its towers. Throws an error with a `reason` and a `hint` that names the
 * operation and the node of the document where one cannot be written.
 */
export const onnxExport = async (model: Model, version: string): Promise<OnnxExport> => {
  const score = await scoreModel(model, version)
  const towers = await towersOf(model, version)
  const graphs: readonly (readonly [string, OnnxModel])[] = [
    ['score', score],
    ...('obstacle' in towers
      ? []
      : ([
          ['user', towers.user],
          ['item', towers.item],
        ] as const)),
  ]
  return {
    files: graphs.flatMap(([name, graph]): ExportedFile[] => {
      const file = `${name}.onnx`
      const { model: bytes, data } = encodeModel(graph, `${file}.data`)
      return [{ name: file, bytes }, ...(data ? [{ name: `${file}.data`, bytes: data }] : [])]
    }),
    graphs: graphs.map(([name, { inputs, outputs }]) => ({
      file: `${name}.onnx`,
      inputs: inputs.map(slotOf),
      outputs: outputs.map(slotOf),
    })),
    ...('obstacle' in towers ? { obstacle: towers.obstacle } : { constant: towers.constant }),
  }
}

const slotOf = ({ name, type, dims }: GraphSlot): GraphSlot => ({ name, type, dims })
