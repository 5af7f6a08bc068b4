import { ArtifactError } from '../artifact/error.js'
import type { MatrixArrays } from '../contract/matrix.js'
import type { Graph } from '../graph/graph.js'
import { isMatrixNode } from '../graph/matrix.js'

/** Tables and weights of a file or a checkpoint, by name. */
export interface RestoredWeights {
  readonly values: ReadonlyMap<string, Float32Array>
  /** The arrays of ops with a matrix, where they are computed. */
  readonly matrices?: ReadonlyMap<string, MatrixArrays>
  /** Absent for a checkpoint that was never written: then only lengths are checked. */
  readonly shapes?: ReadonlyMap<string, readonly number[]>
}

/** Shapes of the tables of a graph, [height, dim], and of its weights, by name. */
export const weightShapes = (
  { tables, nodes }: Graph,
  heights: ReadonlyMap<string, number>,
): ReadonlyMap<string, readonly number[]> =>
  new Map([
    ...[...tables.values()].map(({ name, dim }) => [name, [heights.get(name)!, dim]] as const),
    ...[...nodes.values()].flatMap((node) =>
      node.kind === 'op'
        ? Object.entries(node.weights).map(([short, { shape }]) => [`${node.name}.${short}`, shape] as const)
        : [],
    ),
  ])

const print = (shape: readonly number[]) => `[${shape.join(', ')}]`
const sizeOf = (shape: readonly number[]) => shape.reduce((size, dim) => size * dim, 1)

/** Throws an `ArtifactError` where a table or weight is missing, has another shape, or is not in the graph. */
export const checkRestored = (
  graph: Graph,
  heights: ReadonlyMap<string, number>,
  { values, shapes, matrices }: RestoredWeights,
): void => {
  const expected = weightShapes(graph, heights)
  const label = (name: string) => `${graph.tables.has(name) ? 'table' : 'weight'} "${name}"`
  const extra = [...values.keys()].find((name) => !expected.has(name))
  for (const [name, shape] of expected) {
    const found = values.get(name)
    if (!found) {
      const instead = extra === undefined ? '' : `; the file has "${extra}" instead`
      throw new ArtifactError('weight', `missing ${label(name)}, expected shape ${print(shape)}${instead}`)
    }
    const got = shapes?.get(name) ?? (found.length === sizeOf(shape) ? shape : [found.length])
    if (print(got) !== print(shape) || found.length !== sizeOf(shape))
      throw new ArtifactError('weight', `${label(name)}: expected shape ${print(shape)}, got ${print(got)}`)
  }
  const unread = [...(matrices?.keys() ?? [])].find((name) => !isMatrixNode(graph.nodes.get(name)))
  if (unread !== undefined)
    throw new ArtifactError('weight', `unknown matrix "${unread}", which the document does not have`)
  if (extra !== undefined)
    throw new ArtifactError('weight', `unknown weight "${extra}", which the document does not have`)
}
