import { type Head, type Problem, type Program, scoreConstant } from '@recspec/core'
import type { Chain } from './chain.js'

/** Weights of ops that a phase trains. */
export const trainedWeights = ({
  graph,
  trains,
}: Problem): readonly { readonly node: string; readonly short: string; readonly size: number }[] =>
  [...graph.nodes.values()].flatMap((node) =>
    node.kind !== 'op'
      ? []
      : Object.entries(node.weights)
          .filter(([short, { trainable }]) => trainable !== false && trains.has(`${node.name}.${short}`))
          .map(([short, { shape }]) => ({ node: node.name, short, size: shape.reduce((size, dim) => size * dim, 1) })),
  )

/** The global mean of a score that is trained along, and by how much it moves the score. */
export const meanOf = (problem: Problem, program: Program): Chain['mean'] => {
  const [weight] = trainedWeights(problem)
  const [head] = problem.heads as [Head]
  if (!weight) return undefined
  const at = (value: number) =>
    scoreConstant(
      program.graph,
      head.inputs[0]!,
      (node) => {
        const weights = program.weightsOf(node)
        return node === weight.node ? { ...weights, [weight.short]: Float32Array.of(value) } : weights
      },
      problem.trains,
    )
  const slope = at(1) - at(0)
  return slope === 0 ? undefined : { values: program.weightsOf(weight.node)[weight.short]!, slope }
}

/** Draws the global mean, about which nothing is known beforehand, from a standard normal number. */
export const drawConstant = (chain: Chain, z: number): void => {
  const { mean, users } = chain
  if (!mean) return
  chain.refresh()
  let precision = 0
  let along = 0
  for (let user = 1; user + 1 < users.start.length; user++)
    for (let place = users.start[user]!; place < users.start[user + 1]!; place++) {
      const own = chain.precision * users.weight[place]!
      precision += own
      along += own * chain.error(user, place)
    }
  mean.values[0]! += (along / precision + z / Math.sqrt(precision)) / mean.slope
}
