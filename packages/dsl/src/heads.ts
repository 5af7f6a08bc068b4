import { type GraphNode, type Head, isLabel, isMacro, printShape, samplerProblem, type Target } from '@recspec/core'
import type { Catalog } from './catalog.js'
import type { Mistake, Report } from './diagnostic.js'
import type { Primitives } from './macros.js'
import {
  ambiguousRanking,
  arity,
  didYouMean,
  headShape,
  needsClasses,
  noRankingHead,
  operatorFault,
  quote,
  ranksTwice,
  sigmoidBeforeLogits,
  takesNoClasses,
  unknownNode,
  unsupportedExamples,
  unsupportedHead,
} from './messages.js'
import { callOperator } from './operator.js'
import { type Assigned, assignPorts, portNames } from './ports.js'
import { nodeMistake } from './references.js'
import type { ResolvedNodes } from './shapes.js'
import type { HeadSpec, Spec } from './spec.js'
import type { Suggest } from './suggest.js'

/** The heads that are right, and the one that ranks. */
export interface Heads {
  readonly heads: ReadonlyMap<string, Head>
  readonly ranking?: Head
}

/** Gives each head its nodes, and finds the head that ranks items. */
export const resolveHeads = (
  spec: Spec,
  primitives: Primitives,
  { nodes, entities }: Pick<ResolvedNodes, 'nodes' | 'entities'>,
  { samplers, losses }: Pick<Catalog, 'samplers' | 'losses'>,
  report: Report,
  suggest: Suggest,
): Heads => {
  const heads = new Map<string, Head>()
  for (const head of spec.heads.values()) {
    const resolved = resolveHead(spec, primitives, head, nodes, { samplers, losses }, report, suggest)
    if (resolved) heads.set(head.name, resolved)
  }

  const reads = (head: Head, entity: 'item' | 'event') => head.inputs.some((name) => entities.get(name)?.has(entity))
  const written = (head: Head) => spec.heads.get(head.name)!
  const said = [...heads.values()].filter((head) => written(head).ranks === true)
  for (const head of said) {
    const path = [...written(head).path, 'ranks']
    if (head !== said[0]) report(path, ranksTwice(said[0]!.name))
    else if (!reads(head, 'item')) report(path, noRankingHead(`"${head.name}" reads no item`))
    else if (head.target?.classes) report(path, noRankingHead(`"${head.name}" predicts classes`))
    else if (reads(head, 'event'))
      report(path, noRankingHead(`"${head.name}" reads the event, which a candidate has not`))
  }
  if (said.length > 0) return { heads, ranking: said[0]! }
  const able = [...heads.values()].filter(
    (head) => written(head).ranks !== false && !head.target?.classes && reads(head, 'item') && !reads(head, 'event'),
  )
  // a head with a mistake may be the one with "ranks": true
  if (able.length > 1 && heads.size === spec.heads.size)
    report(['heads'], ambiguousRanking(able.map(({ name }) => name)))
  return { heads, ...(able.length === 1 && { ranking: able[0]! }) }
}

const resolveHead = (
  spec: Spec,
  primitives: Primitives,
  head: HeadSpec,
  nodes: ReadonlyMap<string, GraphNode>,
  { samplers, losses }: Pick<Catalog, 'samplers' | 'losses'>,
  report: Report,
  suggest: Suggest,
): Head | undefined => {
  const { name, path, inputs: written, loss, weight } = head
  let fine = head.valid
  const wrong = (at: readonly string[], mistake: Mistake) => {
    fine = false
    report([...path, ...at], mistake)
  }
  written?.forEach((node, index) => {
    const mistake = missingNode(spec, primitives, node, suggest)
    if (mistake && !(spec.unreadable && mistake.code === 'unknown-node')) wrong(['inputs', `${index}`], mistake)
  })
  if (!written || !loss) return undefined
  const { definition, type, params } = loss
  const inputs = written.map((node) => primitives.outputs.get(node) ?? node)
  const ports = assignPorts(definition.inputs, inputs)
  if (!ports) wrong(['inputs'], arity(type, portNames(definition.inputs), inputs.length))
  const ask = <T>(method: string, call: () => T): T | undefined =>
    callOperator(
      { type, method, path: [] },
      (_, mistake) =>
        wrong(['loss'], mistake.code === 'plugin-error' ? mistake : { ...mistake, code: 'unsupported-head' }),
      call,
    )?.value
  const target = targetOf(head.target)
  const classes = target?.classes
  if (head.valid && definition.classes && !classes) wrong(['loss'], needsClasses(type))
  if (head.valid && classes && !definition.classes)
    wrong(
      ['loss'],
      takesNoClasses(
        type,
        [...losses].flatMap(([name, loss]) => (loss.classes ? [name] : [])),
      ),
    )
  const sentence = head.valid
    ? ask('rejects', () => definition.rejects?.(params, { target: target !== undefined, label: isLabel(target) }))
    : undefined
  if (sentence !== undefined) wrong(['loss'], unsupportedHead(type, sentence))
  const examples = ask('examples', () => definition.examples(params))
  if (!examples) {
    if (fine) wrong(['loss'], operatorFault(type, 'examples', 'it returned nothing'))
    return undefined
  }
  if (head.examples && examples.of !== 'event')
    wrong(['examples'], unsupportedExamples(`"${type}" has another kind of examples: ${examples.of}s`))
  if (head.examples && isLabel(target) && examples.items !== 'own' && examples.items !== 'none')
    wrong(['examples'], unsupportedExamples('a sequence is read whole, and the target says which events are positive'))
  const { negatives } = examples
  if (negatives && head.valid && sentence === undefined) {
    const sampler = samplers.get(negatives.sampler.type)
    const problem = sampler
      ? samplerProblem(negatives, sampler)
      : `draws from an unknown sampler ${quote(negatives.sampler.type)}`
    if (problem !== undefined) wrong(['loss'], unsupportedHead(type, problem))
  }
  // core calls these in training: a fault is found here
  ask('quadratic', () => definition.quadratic?.(params))
  ask('slope', () => definition.slope?.(params, 2))
  ask('deviation', () => definition.deviation?.(params))
  const score = nodes.get(inputs[0]!)
  if (ports && score) {
    const at = ['inputs', '0']
    const width = (definition.classes && classes?.length) || 1
    const fits = score.shape.length === 1 && score.shape[0] === width
    if (examples.items !== 'none' && !fits && !(definition.classes && !classes))
      wrong(at, headShape(written[0]!, width, printShape(score.shape)))
    else if (definition.logits && outputsProbability(score)) wrong(at, sigmoidBeforeLogits(written[0]!, type))
  }
  if (!fine || !inputs.every((node) => nodes.has(node))) return undefined
  return {
    name,
    ports: ports as Assigned,
    inputs,
    loss,
    ...(target && { target }),
    weight,
    ...(head.examples === 'sequences' && { examples: head.examples }),
  }
}

/** As `nodeMistake`, for heads, which may name a part of a macro. */
const missingNode = (spec: Spec, primitives: Primitives, name: string, suggest: Suggest): Mistake | undefined => {
  const mistake = nodeMistake(spec, name, suggest)
  if (!mistake || !name.includes('/')) return mistake
  const macro = spec.ops.get(name.slice(0, name.indexOf('/')))
  if (!macro) return mistake
  // an unknown operator may be a macro
  if (!macro.definition) return undefined
  if (!isMacro(macro.definition)) return mistake
  const parts = primitives.parts.get(macro.name)
  // an inner macro is known by its name as well
  if (!parts || parts.includes(name) || primitives.outputs.has(name)) return undefined
  const spelling = suggest(name, parts)
  return unknownNode(name, spelling === undefined ? undefined : didYouMean(spelling))
}

const targetOf = (written: string | Target | undefined): Target | undefined =>
  typeof written === 'string' ? { column: written } : written

/** Whether an op declares that its outputs are probabilities. */
const outputsProbability = (node: GraphNode): boolean =>
  node.kind === 'op' && (node.definition.outputsProbability?.(node.params) ?? false)
