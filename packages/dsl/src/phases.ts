import { type Graph, type GraphNode, type Head, isMatrixNode, matrixName, type Phase, problemOf } from '@recspec/core'
import type { Mistake, Report } from './diagnostic.js'
import type { Primitives } from './macros.js'
import {
  allItemsWithHistory,
  ambiguousMean,
  didYouMean,
  listedTwice,
  samplesEarly,
  tooManyPhases,
  trainsElsewhere,
  trainsHead,
  trainsNothing,
  unknownHead,
  unknownTrains,
  unsupportedSolver,
} from './messages.js'
import { callOperator } from './operator.js'
import type { SolverSpec, Spec } from './spec.js'
import type { Suggest } from './suggest.js'

/** The tables and weights that a node owns or reads as its own. */
export const trainableWeights = (node: GraphNode): readonly string[] => {
  if (node.kind === 'embedding') return [node.table]
  if (node.kind === 'numbers') return []
  const weights = Object.entries(node.weights).flatMap(([short, weight]) =>
    weight.trainable === false ? [] : [`${node.name}.${short}`],
  )
  return isMatrixNode(node) ? [...weights, matrixName(node.name)] : weights
}

/** Resolves the heads and the trained weights of each solver; undefined where a name is unknown. */
export const resolvePhases = (
  spec: Spec,
  primitives: Primitives,
  nodes: ReadonlyMap<string, GraphNode>,
  heads: ReadonlyMap<string, Head>,
  report: Report,
  suggest: Suggest,
): readonly (Phase | undefined)[] => {
  // each phase walks the edges of the graph below each of its heads
  const edges = [...nodes.values()].reduce((sum, node) => sum + (node.kind === 'op' ? node.inputs.length : 1), 0)
  const steps = edges * spec.solvers.reduce((sum, solver) => sum + (solver.heads?.length ?? spec.heads.size), 0)
  if (steps > mostSteps) {
    report(['solver'], tooManyPhases(steps, mostSteps))
    return []
  }
  return spec.solvers.map((solver) => {
    const { type, definition, params } = solver
    const named = headsOf(spec, solver, report, suggest)
    const trains = trainsOf(spec, primitives, solver, nodes, named, heads, report, suggest)
    const chosen = named?.map((name) => heads.get(name))
    if (!definition || !params || !trains || !chosen?.every((head) => head !== undefined)) return undefined
    return { type, solver: definition, params, heads: chosen as Head[], trains }
  })
}

/** Phases × heads × edges of a document, at most. */
const mostSteps = 50_000

/** Reports the solvers that cannot train their phases; the graph must be complete. */
export const reportRejections = (spec: Spec, graph: Graph, phases: readonly (Phase | undefined)[], report: Report) => {
  const refused = new Set<string>()
  for (const [index, phase] of phases.entries()) {
    if (!phase) continue
    const { type, solver, params } = phase
    const path = [...spec.solvers[index]!.path, 'type']
    const as: Report = (_, mistake) =>
      report(path, isFault(mistake) ? mistake : { ...mistake, code: 'unsupported-solver' })
    const rejected = callOperator({ type, method: 'rejects', path }, as, () =>
      solver.rejects?.(params, problemOf(graph, phase)),
    )
    if (rejected?.value !== undefined) report(path, unsupportedSolver(type, rejected.value))
    else if (solver.kind === 'samples' && index < phases.length - 1) report(path, samplesEarly(type))
    for (const head of phase.heads) {
      if (refused.has(head.name)) continue
      const history = historyOfItems(graph, phase, head)
      if (history === undefined) continue
      refused.add(head.name)
      report([...spec.heads.get(head.name)!.path, 'loss'], allItemsWithHistory(head.loss.type, history))
    }
  }
}

/**
 * A history of items that is read where a loss compares all items at once: by its head, or by one with the same
 * examples.
 */
const historyOfItems = (graph: Graph, { heads }: Phase, head: Head): string | undefined => {
  const examplesOf = ({ loss }: Head) => loss.definition.examples(loss.params)
  const { of, items } = examplesOf(head)
  if (of !== 'event' || items !== 'all') return undefined
  const key = JSON.stringify(examplesOf(head))
  const together = heads.filter((other) => JSON.stringify(examplesOf(other)) === key)
  for (const name of reachableNodes(graph.nodes, together)) {
    const node = graph.nodes.get(name)!
    const input = node.kind === 'op' ? undefined : graph.inputs.get(node.input)
    if (input?.entity === 'item' && input.definition.reads === 'interactions') return input.name
  }
  return undefined
}

/** Reports weights that start at the mean of a target although the heads above them have none, or several. */
export const reportMeans = (primitives: Primitives, graph: Graph, report: Report) => {
  const means = [...graph.nodes.values()].filter(
    (node) => node.kind === 'op' && Object.values(node.weights).some(({ init }) => init === 'target-mean'),
  )
  if (means.length === 0) return
  const columns = new Map<string, Map<string, string>>(means.map(({ name }) => [name, new Map()]))
  for (const head of graph.heads.values()) {
    // the index of a class has no mean
    if (!head.target || head.target.classes) continue
    const { column, range, positive, atLeast } = head.target
    const scale = JSON.stringify([column, range, positive, atLeast])
    for (const name of reachableNodes(graph.nodes, [head])) columns.get(name)?.set(scale, column)
  }
  for (const { name } of means) {
    const found = [...columns.get(name)!.values()]
    if (found.length !== 1) report(primitives.ops.get(name)!.path, ambiguousMean(name, found))
  }
}

const isFault = ({ code }: Mistake) => code === 'plugin-error'

const headsOf = (
  spec: Spec,
  { path, heads }: SolverSpec,
  report: Report,
  suggest: Suggest,
): readonly string[] | undefined => {
  if (!heads) return [...spec.heads.keys()]
  let fine = true
  const seen = new Set<string>()
  heads.forEach((name, index) => {
    const mistake = !spec.heads.has(name)
      ? unknownHead(name, suggest(name, spec.heads.keys()))
      : seen.has(name)
        ? listedTwice(name)
        : undefined
    seen.add(name)
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
  const seen = new Set<string>()
  for (const [index, name] of trains.entries()) {
    if (seen.has(name)) {
      wrong(index, listedTwice(name))
      continue
    }
    seen.add(name)
    const parts = partsOf(spec, primitives, name)
    if (!parts) {
      const spelling = suggest(name, trainableNames(spec))
      const elsewhere = spec.heads.has(name) ? trainsHead(name) : undefined
      wrong(index, unknownTrains(name, elsewhere ?? (spelling === undefined ? undefined : didYouMean(spelling))))
      continue
    }
    // a part that could not be resolved has a diagnostic already
    if (parts.length === 0 || !parts.every((part) => nodes.has(part))) {
      fine = false
      continue
    }
    const own = parts.flatMap((part) => trainableWeights(nodes.get(part)!))
    if (own.length === 0) wrong(index, trainsNothing(name))
    else if (reached && !parts.some((part) => reached.has(part))) wrong(index, trainsElsewhere(name, headNames!))
    for (const weight of own) moved.add(weight)
  }
  return fine ? moved : undefined
}

function* trainableNames(spec: Spec): Iterable<string> {
  yield* spec.embeddings.keys()
  yield* spec.ops.keys()
}

/**
 * The nodes that a name in `trains` stands for: empty where they have a mistake, undefined where the name is unknown.
 */
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
