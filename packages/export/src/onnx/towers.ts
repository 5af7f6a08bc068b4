import {
  type Factor,
  factorize,
  type Head,
  type LoweredProgram,
  type Model,
  scoreVjp,
  type Term,
  termMatrix,
  tf,
} from '@recspec/core'
import { graphBuilder } from './builder.js'
import { noEvents } from './inputs/index.js'
import type { OnnxModel } from './proto.js'
import { about, metadataOf } from './score.js'
import { type Side, sidesOf } from './sides.js'
import type { Recorder } from './trace.js'
import { translate } from './translate.js'
import { graphWalk } from './walk.js'

/** The towers of a score that is a product of both sides, or why there are none. */
export type Towers =
  | {
      readonly user: OnnxModel
      readonly item: OnnxModel
      readonly width: number
      /** What the score adds to the dot product of both vectors. */
      readonly constant: number
    }
  | { readonly obstacle: string }

/**
 * The graphs of both sides of the score that ranks: an id in, a vector out; the score is the dot product of the vectors
 * of both, plus a constant.
 */
export const towersOf = async (model: Model, version: string): Promise<Towers> => {
  const head = model.graph.ranking
  if (!head) return { obstacle: 'no head ranks items' }
  const { terms, obstacle } = factorize(model.graph, head.inputs[0]!)
  if (obstacle) return { obstacle: `"${obstacle.node}" ${obstacle.reason}` }
  const constant =
    model.programs.reduce((sum, program) => sum + passOf(program, head).constant, 0) / model.programs.length
  const user = await towerOf(model, head, terms, 'user', constant, version)
  const item = await towerOf(model, head, terms, 'item', constant, version)
  return { user, item, width: user.outputs[0]!.dims[1] as number, constant }
}

const passOf = ({ graph, weightsOf }: LoweredProgram, head: Head) => scoreVjp(graph, head.inputs[0]!, weightsOf)

const towerOf = async (
  model: Model,
  head: Head,
  terms: readonly Term[],
  side: Side,
  constant: number,
  version: string,
): Promise<OnnxModel> => {
  const graph = graphBuilder()
  const { entry } = sidesOf(graph, { user: model.users, item: model.items })
  // a side of biases of the other side alone has the input too
  entry(side)
  const walks = model.programs.map((program) => ({
    program,
    walk: graphWalk(graph, program, { entry, events: noEvents }),
    pass: passOf(program, head),
  }))
  const products = terms.filter(({ user, item }) => user && item)
  const biases = terms.filter(({ user, item }) => !user !== !item)
  const share = 1 / Math.sqrt(model.programs.length)
  const [vector] = await translate(graph, model.graph, (recorder, batch) => {
    const flows = walks.map(({ program, walk, pass }) => ({ program, pass, flow: walk(recorder, batch) }))
    const lanes = flows.flatMap(({ program, pass, flow }) =>
      products.map((term) => {
        const factor = times(normalized(term[side]!, flow.own(term[side]!.node).tensor), share)
        return side === 'user' ? scaled(program, term, pass.of(term), factor, recorder, graph.constant) : factor
      }),
    )
    const ofBiases = biases.map((term) => {
      const own = term[side]
      if (!own) return tf.ones([batch, 1])
      const shares = flows.map(({ pass, flow }) =>
        tf.sum(tf.mul(flow.own(own.node).tensor, tf.tensor1d(Float32Array.from(pass.of(term)))), -1, true),
      )
      return times(shares.length === 1 ? shares[0]! : tf.addN(shares), 1 / shares.length)
    })
    const all = [...lanes, ...ofBiases]
    return [all.length === 1 ? all[0]! : tf.concat(all, 1)]
  })
  const width = vector!.dims[1] as number
  return {
    ...about(model.graph, version),
    ...graph.finish([
      {
        name: 'vector',
        type: 'float',
        dims: ['batch', width],
        about: `vector of each ${side}: the score is the product of both sides plus ${constant}`,
        value: vector!.name,
      },
    ]),
    metadata: { ...metadataOf(model), side, head: head.name, constant: String(constant) },
  }
}

const times = (x: tf.Tensor, factor: number): tf.Tensor => (factor === 1 ? x : tf.mul(x, factor))

/** L2-normalized where the product is a cosine. */
const normalized = (factor: Factor, x: tf.Tensor): tf.Tensor =>
  factor.normalized ? tf.div(x, tf.sqrt(tf.maximum(tf.sum(tf.square(x), -1, true), 1e-12))) : x

/** The user factor of a product, with its matrix and with the weight that each lane has in the score. */
const scaled = (
  { graph, weightsOf }: LoweredProgram,
  term: Term,
  cotangent: Float64Array,
  factor: tf.Tensor,
  recorder: Recorder,
  constant: ReturnType<typeof graphBuilder>['constant'],
): tf.Tensor => {
  const matrix = termMatrix(graph, term, weightsOf)
  if (matrix) {
    const shape = [factor.shape[1]!, matrix.length / factor.shape[1]!]
    const name = constant(`/ops/${term.at}.${term.matrix}`, 'float', shape, matrix)
    const product = tf.matMul(factor as tf.Tensor2D, recorder.named(name, matrix, shape) as tf.Tensor2D)
    // one number for all lanes
    return times(product, cotangent[0]!)
  }
  return cotangent.every((weight) => weight === 1) ? factor : tf.mul(factor, tf.tensor1d(Float32Array.from(cotangent)))
}
