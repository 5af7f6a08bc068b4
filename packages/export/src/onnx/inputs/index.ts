import type { EmbeddingNode, LoweredProgram, NumbersNode, Value } from '@recspec/core'
import type { Builder } from '../builder.js'
import { refusal } from '../refusal.js'
import type { Recorder } from '../trace.js'

/** Reads the leaves of events in a program from inputs of the graph. */
export type EventInputs = (
  program: LoweredProgram,
) => (node: EmbeddingNode | NumbersNode, recorder: Recorder, batch: number) => Value

export const eventInputs =
  (_graph: Builder): EventInputs =>
  (program) =>
  (node) => {
    throw refusal(`input "${node.input}" of events of "${program.graph.name}" cannot be written as ONNX`, 'remove it')
  }
