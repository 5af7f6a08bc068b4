import { inputUse } from '../../blame.js'
import type { Cell } from '../../dataset/column.js'
import { Failure } from '../../failure.js'
import type { InputNode } from '../../graph/graph.js'
import { encodeRow } from '../../program/encode.js'
import type { History } from '../../program/history.js'
import { scoresOf, sideValuesOf } from '../../program/inference.js'
import type { LoweredProgram } from '../../program/lowered.js'
import type { Interaction } from '../model.js'

/**
 * A program in which one side has a single new entity, index 0, with the given cells and interactions, oldest first;
 * its id is unknown. `otherSide`: values of nodes of the other side, which do not depend on it.
 */
export const withNewEntity = (
  program: LoweredProgram,
  side: 'user' | 'item',
  cells: ReadonlyMap<string, Cell>,
  interactions: readonly Interaction[],
  otherSide: (node: string) => Float32Array,
): LoweredProgram => {
  const history: History = {
    start: Int32Array.of(0, interactions.length),
    other: Int32Array.from(interactions, ({ index }) => index),
    event: Int32Array.from(interactions, (_, place) => place),
    place: Int32Array.from(interactions, (_, place) => place),
  }
  const sideName = side === 'user' ? 'users' : 'items'
  const view: LoweredProgram = {
    ...program,
    dataset: {
      ...program.dataset,
      [sideName]: { ids: { count: 1, at: () => '', indexOf: () => -1 }, columns: new Map() },
    },
    source: (node, bound) => {
      const found = program.source(node, bound)
      const { node: input } = found.input
      if (input.entity !== side) return found
      if ('use' in found) {
        const { column } = input.definition.window!(input.params)
        return {
          input: found.input,
          use: inputUse(program.graph.plugins, input),
          history,
          reads: {
            // events of someone new have no values of their own
            entities: input.of?.entity === 'event' ? new Int32Array(interactions.length).fill(-1) : history.other,
            values: column === undefined ? undefined : valuesOf(input, interactions),
            get along() {
              return found.reads.along
            },
          },
        }
      }
      return { input: { ...found.input, encoded: encodeRow(found.input, program.graph.plugins, cells) } }
    },
    scores: (node, users, items, events) => scoresOf(view, node, users, items, events),
    sideValues: (node) => (program.graph.nodes.get(node)!.side === side ? sideValuesOf(view, node) : otherSide(node)),
  }
  return view
}

const valuesOf = (input: InputNode, interactions: readonly Interaction[]): Float64Array => {
  const { column } = input.definition.window!(input.params)
  return Float64Array.from(interactions, ({ value }) => {
    if (value === undefined)
      throw new Failure(
        'query',
        `needs a value for each interaction: input "${input.name}" reads "${column}"`,
        'give it as name=value',
      )
    return value
  })
}
