import { initialState, key, permutation, slots } from '@recspec/kernels'
import type { Examples } from '../contract/loss.js'
import type { Run } from '../contract/solver.js'
import type { Head } from '../graph/graph.js'
import type { Problem } from '../graph/problem.js'
import { kept } from '../program/feed.js'
import type { LoweredProgram } from '../program/lowered.js'
import { breathing } from './breath.js'
import { clipping } from './clip.js'
import type { Drawer, Drawn } from './draw/drawn.js'
import { drawerOf, isGrid } from './draw/index.js'
import type { DescentParams, Executor } from './executor.js'
import { penalties, trainedWeights } from './penalty.js'
import type { GradientRule } from './rule.js'
import { multiply } from './span.js'
import { type Group, gradientsOf, groupOf, type OnLeaf } from './step.js'
import { trainTable } from './table.js'

/** Steps on tfjs over gathered rows: whatever the graph, whatever the loss. */
export const tfjsExecutor = (
  rule: GradientRule,
  params: DescentParams,
  problem: Problem,
  program: LoweredProgram,
  run: Run,
): Executor => {
  const batchSize = params.batchSize ?? 256
  const groups = grouped(problem, program)
  const bound = program.bind(program.dataset.events)
  const paid = penalties(problem, program)
  const dense = trainedWeights(problem)
  const tables = new Map(
    [...paid].map(([name, penalty]) => [
      name,
      trainTable(program.kernels, program.tables.get(name)!, rule.tables, penalty),
    ]),
  )
  const room = kept(program.kernels)
  const whole = new Int32Array(1)
  const states = new Map(
    dense.map(({ name }) => {
      const size = slots(rule.weights, program.weights.get(name)!.length)
      return [name, program.kernels.float32(size).fill(initialState(rule.weights))]
    }),
  )
  const examples = groups[0]!.drawer.count
  const steps = Math.ceil(examples / batchSize)

  const step = (chosen: Int32Array, place: number, number: number, rate: number, random: number): number => {
    let loss = 0
    const sums = new Map<string, Float32Array>()
    for (const { group, drawer } of groups) {
      const drawn = drawer.draw(chosen, random, place)
      const onLeaf: OnLeaf = ({ node, place: axis, reading }, readers, gradient) => {
        const table = tables.get(node.table)!
        table.add(reading, gradient)
        if (paid.get(node.table)!.l2 > 0 && readers > 0)
          table.penalize(reading, readsOf(drawn, node.side, axis), drawn.examples / readers)
      }
      const gradients = gradientsOf(program, group, drawn, bound, key(random, number), number, steps, room, onLeaf)
      loss += gradients.loss
      for (const [name, gradient] of gradients.weights) {
        const sum = sums.get(name)
        if (sum) for (let k = 0; k < sum.length; k++) sum[k]! += gradient[k]!
        else sums.set(name, gradient)
      }
    }
    for (const { name, l2, nu } of dense) {
      const gradient = sums.get(name)
      const values = program.weights.get(name)!
      const factor = 2 * l2 * examples ** (nu - 1)
      if (l2 > 0 && gradient) for (let k = 0; k < values.length; k++) gradient[k]! += factor * values[k]!
    }
    const keep = 1 - rate * (params.weightDecay ?? 0)
    const clip = params.clipNorm === undefined ? 1 : clipping(params.clipNorm, tables.values(), sums.values())
    for (const table of tables.values()) table.update(rate, number + 1, keep, clip)
    for (const { name } of dense) {
      const gradient = sums.get(name)
      if (!gradient) continue
      const values = program.weights.get(name)!
      if (keep !== 1) multiply(values, keep, 0, values.length)
      if (clip !== 1) multiply(gradient, clip, 0, gradient.length)
      const target = { values, state: states.get(name)!, width: values.length }
      program.kernels.update(rule.weights, target, whole, gradient, rate, number + 1)
    }
    return loss
  }

  return {
    examples,
    steps,
    state: new Map([
      ...[...tables].map(([name, { state }]) => [`state ${name}`, state] as const),
      ...[...states].map(([name, state]) => [`state ${name}`, state] as const),
    ]),
    epoch: async (number, rate, signal, begun) => {
      const random = key(run.seed, run.phase, number)
      const order = permutation(examples, random)
      let { steps: done, loss } = begun
      const breathe = breathing()
      while (done < steps) {
        const chosen = order.subarray(done * batchSize, (done + 1) * batchSize)
        loss += step(chosen, done, (number - 1) * steps + done, rate(done), random)
        done++
        if (run.due?.((number - 1) * steps + done)) break
        if ((await breathe()) && signal?.aborted) break
      }
      return { steps: done, loss }
    },
  }
}

interface Drawing {
  readonly group: Group
  readonly drawer: Drawer
}

/** Heads that want the same examples share one batch and one forward pass. */
const grouped = (problem: Problem, program: LoweredProgram): readonly Drawing[] => {
  const byExamples = new Map<string, { heads: Head[]; examples: Examples }>()
  for (const head of problem.heads) {
    const examples = head.loss.definition.examples(head.loss.params)
    const same = JSON.stringify(examples)
    const found = byExamples.get(same) ?? { heads: [], examples }
    byExamples.set(same, found)
    found.heads.push(head)
  }
  return [...byExamples.values()].map(({ heads, examples }) => ({
    group: groupOf(problem, heads, isGrid(examples)),
    drawer: drawerOf(program, heads, examples),
  }))
}

/** How often each entry of a leaf's axis is read by the batch. */
const readsOf = (drawn: Drawn, side: string, place: 'own' | 'pairs'): Float32Array => {
  const { batch } = drawn
  const reads = drawn.reads()
  if (side === 'pair') return reads.event
  const [perPair, index, axis] =
    side === 'user' ? [reads.user, batch.user, batch.users] : [reads.item, batch.item, batch.items]
  if (place === 'pairs') return perPair
  const out = new Float32Array(axis.entities.length)
  for (let pair = 0; pair < index.length; pair++) out[index[pair]!]! += perPair[pair]!
  return out
}
