import { type Head, type Problem, type Program, scoreVjp } from '@recspec/core'
import type { Chain } from './chain.js'

/** The weights of ops that a phase trains: `weight` of `node`, with its number of values. */
export const trainedWeights = ({
  graph,
  trains,
}: Problem): readonly { readonly node: string; readonly weight: string; readonly size: number }[] =>
  [...graph.nodes.values()].flatMap((node) =>
    node.kind !== 'op'
      ? []
      : Object.entries(node.weights)
          .filter(([weight, { trainable }]) => trainable !== false && trains.has(`${node.name}.${weight}`))
          .map(([weight, { shape }]) => ({
            node: node.name,
            weight,
            size: shape.reduce((size, dim) => size * dim, 1),
          })),
  )

/** The trained global mean of a score, and how much it moves the score; undefined where there is none. */
export const globalMeanOf = (problem: Problem, program: Program): Chain['globalMean'] => {
  const [trained] = trainedWeights(problem)
  const [head] = problem.heads as [Head]
  if (!trained) return undefined
  const scoreAt = (value: number) =>
    scoreVjp(
      program.graph,
      head.inputs[0]!,
      (node) => {
        const weights = program.weightsOf(node)
        return node === trained.node ? { ...weights, [trained.weight]: Float32Array.of(value) } : weights
      },
      problem.trains,
    ).constant
  const slope = scoreAt(1) - scoreAt(0)
  return slope === 0 ? undefined : { values: program.weightsOf(trained.node)[trained.weight]!, slope }
}

/** Samples the global mean, whose prior is flat, from a standard normal number `z`. */
export const sampleGlobalMean = (chain: Chain, z: number): void => {
  const { globalMean, users } = chain
  if (!globalMean) return
  chain.updateConstant()
  let precision = 0
  let weighted = 0
  for (let user = 1; user + 1 < users.start.length; user++)
    for (let place = users.start[user]!; place < users.start[user + 1]!; place++) {
      const own = chain.precision * users.weight[place]!
      precision += own
      weighted += own * chain.residual(user, place)
    }
  globalMean.values[0]! += (weighted / precision + z / Math.sqrt(precision)) / globalMean.slope
}
