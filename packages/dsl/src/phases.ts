import { factorize, type Graph, type GraphNode, type Head, type Phase, type Problem } from '@recspec/core'
import type { Report } from './diagnostic.js'
import type { Primitives } from './macros.js'
import {
  didYouMean,
  listedTwice,
  trainsElsewhere,
  trainsHead,
  trainsNothing,
  unknownHead,
  unknownTrains,
  unsupportedSolver,
} from './messages.js'
import type { SolverSpec, Spec } from './spec.js'
import type { Suggest } from './suggest.js'

/** The tables and weights that a node owns or reads as its own. */
export const trainableWeights = (node: GraphNode): readonly string[] => {
  if (node.kind === 'embedding') return [node.table]
  if (node.kind === 'numbers') return []
  return Object.entries(node.weights).flatMap(([short, weight]) =>
    weight.trainable === false ? [] : [`${node.name}.${short}`],
  )
}

/** Gives each solver its heads and what it trains; undefined where a name is wrong. */
export const resolvePhases = (
  spec: Spec,
  primitives: Primitives,
  nodes: ReadonlyMap<string, GraphNode>,
  heads: ReadonlyMap<string, Head>,
  report: Report,
  suggest: Suggest,
): readonly (Phase | undefined)[] =>
  spec.solvers.map((solver) => {
    const { type, definition, params } = solver
    const named = headsOf(spec, solver, report, suggest)
    const trains = trainsOf(spec, primitives, solver, nodes, named, heads, report, suggest)
    const chosen = named?.map((name) => heads.get(name))
    if (!definition || !params || !trains || !chosen?.every((head) => head !== undefined)) return undefined
    return { type, solver: definition, params, heads: chosen as Head[], trains }
  })

/** Asks each solver whether it can train its phase; the graph must be whole. */
export const reportRejections = (spec: Spec, graph: Graph, phases: readonly (Phase | undefined)[], report: Report) => {
  for (const [index, phase] of phases.entries()) {
    if (!phase) continue
    const { type, solver, params, heads, trains } = phase
    const problem: Problem = {
      graph,
      heads,
      trains,
      factors: (head) => factorize(graph, head.inputs[0]!, trains),
    }
    const sentence = solver.rejects?.(params, problem)
    if (sentence !== undefined) report([...spec.solvers[index]!.path, 'type'], unsupportedSolver(type, sentence))
  }
}

const headsOf = (
  spec: Spec,
  { path, heads }: SolverSpec,
  report: Report,
  suggest: Suggest,
): readonly string[] | undefined => {
  if (!heads) return [...spec.heads.keys()]
  let fine = true
  heads.forEach((name, index) => {
    const mistake = !spec.heads.has(name)
      ? unknownHead(name, suggest(name, spec.heads.keys()))
      : heads.indexOf(name) < index
        ? listedTwice(name)
        : undefined
    if (!mistake) return
    fine = false
    if (spec.unreadable && mistake.code === 'unknown-head') return
    report([...path, 'heads', `${index}`], mistake)
  })
  return fine ? heads : undefined
}

const trainsOf = (
  spec: Spec,
  primitives: Primitives,
  { path, trains }: SolverSpec,
  nodes: ReadonlyMap<string, GraphNode>,
  headNames: readonly string[] | undefined,
  heads: ReadonlyMap<string, Head>,
  report: Report,
  suggest: Suggest,
): ReadonlySet<string> | undefined => {
  const chosen = headNames?.map((name) => heads.get(name))
  const whole = chosen?.every((head) => head !== undefined) ? (chosen as Head[]) : undefined
  const reached = whole && reachableNodes(nodes, whole)
  if (!trains) return reached && new Set([...reached].flatMap((name) => trainableWeights(nodes.get(name)!)))
  const moved = new Set<string>()
  let fine = true
  const wrong = (index: number, mistake: Parameters<Report>[1]) => {
    fine = false
    if (spec.unreadable && mistake.code === 'unknown-trains') return
    report([...path, 'trains', `${index}`], mistake)
  }
  for (const [index, name] of trains.entries()) {
    const parts = partsOf(spec, primitives, name)
    if (!parts) {
      const others = [...spec.embeddings.keys(), ...spec.ops.keys()]
      const spelling = suggest(name, others)
      const elsewhere = spec.heads.has(name) ? trainsHead(name) : undefined
      wrong(index, unknownTrains(name, elsewhere ?? (spelling === undefined ? undefined : didYouMean(spelling))))
      continue
    }
    // a part that could not be resolved has a diagnostic of its own
    if (parts.length === 0 || !parts.every((part) => nodes.has(part))) {
      fine = false
      continue
    }
    const own = parts.flatMap((part) => trainableWeights(nodes.get(part)!))
    if (trains.indexOf(name) < index) wrong(index, listedTwice(name))
    else if (own.length === 0) wrong(index, trainsNothing(name))
    else if (reached && !parts.some((part) => reached.has(part))) wrong(index, trainsElsewhere(name, headNames!))
    for (const weight of own) moved.add(weight)
  }
  return fine ? moved : undefined
}

/** The nodes that a name in `trains` means: empty where they are broken, undefined where there are none. */
const partsOf = (spec: Spec, primitives: Primitives, name: string): readonly string[] | undefined => {
  const parts = primitives.parts.get(name)
  if (parts) return parts
  if (spec.embeddings.has(name)) return [name]
  if (primitives.ops.has(name) || primitives.embeddings.has(name)) return [name]
  if (spec.ops.has(name)) return []
  const owner = name.includes('/') ? spec.ops.get(name.slice(0, name.indexOf('/'))) : undefined
  return owner && !primitives.parts.has(owner.name) ? [] : undefined
}

const reachableNodes = (nodes: ReadonlyMap<string, GraphNode>, heads: readonly Head[]): ReadonlySet<string> => {
  const reached = new Set<string>()
  const open = heads.flatMap(({ inputs }) => inputs)
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const node = nodes.get(name)
    if (!node || reached.has(name)) continue
    reached.add(name)
    if (node.kind === 'op') open.push(...node.inputs)
  }
  return reached
}

/** The short form of `trains` in a normalized document: nodes that have something to train. */
export const trainNames = (
  spec: Spec,
  primitives: Primitives,
  nodes: ReadonlyMap<string, GraphNode>,
  trains: readonly string[],
): readonly string[] => [
  ...new Set(
    trains.flatMap((name) =>
      (partsOf(spec, primitives, name) ?? []).filter((part) => trainableWeights(nodes.get(part)!).length > 0),
    ),
  ),
]
