import {
  alignedWalk,
  type Forward,
  forward,
  type LoweredProgram,
  type OpNode,
  type tf,
  type Value,
} from '@recspec/core'
import type { Builder } from './builder.js'
import type { EventInputs } from './inputs/index.js'
import { storedLeaves } from './leaves.js'
import { matrixScores } from './matrix.js'
import type { Side } from './sides.js'
import type { Recorder } from './trace.js'

/** Where the leaves of a graph are read from. */
export interface Sources {
  entry(side: Side): string
  readonly events: EventInputs
}

/** The nodes of a program as values of a graph, for a recorder and a batch. */
export const graphWalk = (graph: Builder, program: LoweredProgram, { entry, events }: Sources) => {
  const stored = storedLeaves(graph, program, entry)
  const ofEvents = events(graph, program, entry)
  const matrices = matrixScores(graph, program, entry)

  const weights = (recorder: Recorder, node: OpNode): Record<string, tf.Tensor> =>
    Object.fromEntries(
      Object.entries(node.weights).map(([short, { shape }]) => {
        const values = program.weights.get(`${node.name}.${short}`)!
        const name = graph.constant(`/ops/${node.name}.${short}`, 'float', shape as readonly number[], values)
        return [short, recorder.named(name, values, shape as readonly number[])]
      }),
    )

  return (recorder: Recorder, batch: number): Forward<Value> =>
    forward<Value>(
      program.graph,
      alignedWalk(program.graph, {
        leaf: (node) =>
          node.side === 'user' || node.side === 'item'
            ? stored(node, recorder, batch)
            : ofEvents(node, recorder, batch),
        weights: (node) => weights(recorder, node),
        matrix: (node) => matrices(node, recorder, batch),
        within: (node, run) => recorder.at(`/ops/${node.name}`, run),
      }),
    )
}
