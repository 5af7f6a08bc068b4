import { builtin as coreBuiltin, type Metric, type Plugin, type Sampler } from '@recspec/core'
import { strategies } from '@recspec/study'
import { catalog } from './catalog.js'
import {
  Embedding,
  Envelope,
  Evaluation,
  evaluationEntry,
  Head,
  inputEntry,
  lossEntry,
  opEntry,
  parameterEntries,
  Rounds,
  solverEntry,
} from './grammar.js'
import { documented, operatorKeyword } from './jsonschema.js'
import { isObject } from './pointer.js'
import { snippets } from './snippets.js'
import type { Schema } from './violations.js'

/**
 * The JSON Schema (draft 7) of documents for the built-ins and these plugins, as plain JSON; closed, so that editors
 * report unknown properties and operators. Throws an Error where a plugin is invalid.
 */
export const schema = (plugins: readonly Plugin[], builtin: Plugin = coreBuiltin): Schema => {
  const { inputs, layers, losses, solvers, splits, candidates, samplers, metrics } = catalog(plugins, builtin)
  const properties = Envelope['properties'] as Record<string, Schema>
  const evaluation = Evaluation['properties'] as Record<string, Schema>
  const search = documented(properties['search']!)
  const searched = search['properties'] as Record<string, Schema>
  const section = (name: string, definition: string) => ({
    ...documented(properties[name]!),
    additionalProperties: ref(definition),
  })
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'recspec document',
    description: 'A recommender model: inputs, embeddings, ops, heads and how they are trained.',
    ...documented(Envelope),
    defaultSnippets: snippets['document'],
    properties: {
      ...(documented(Envelope)['properties'] as object),
      normalized: { ...properties['normalized'], doNotSuggest: true },
      inputs: section('inputs', 'input'),
      embeddings: section('embeddings', 'embedding'),
      ops: section('ops', 'op'),
      heads: section('heads', 'head'),
      solver: {
        description: properties['solver']!['description'],
        ...either({ type: 'array' }, { items: ref('phase'), minItems: 1 }, ref('solver')),
      },
      evaluation: {
        ...documented(Evaluation),
        properties: {
          ...(documented(Evaluation)['properties'] as object),
          split: { description: evaluation['split']!['description'], ...allOf(ref('split')) },
          validation: { description: evaluation['validation']!['description'], ...allOf(ref('split')) },
          candidates: { description: evaluation['candidates']!['description'], ...allOf(ref('candidates')) },
          metrics: { ...evaluation['metrics'], items: ref('metric') },
        },
      },
      search: {
        ...search,
        properties: {
          ...searched,
          strategy: { description: searched['strategy']!['description'], ...allOf(ref('strategy')) },
          metric: { description: searched['metric']!['description'], ...allOf(ref('metric')) },
          parameters: { ...searched['parameters'], additionalProperties: ref('parameter') },
        },
      },
    },
    ...either(
      { properties: { normalized: { const: true, doNotSuggest: true } }, required: ['normalized'] },
      named({ pattern: '^[^~ ]+$', maxLength: 300 }),
      named({ pattern: '^[^/~ ]+$', maxLength: 128 }),
    ),
    definitions: {
      input: proposing('input', tagged(inputs, inputEntry)),
      embedding: {
        ...proposing('embedding', documented(Embedding)),
        ...either(
          { required: ['table'] },
          { properties: { dim: false, init: false, l2: false, nu: false } },
          { required: ['dim'] },
        ),
      },
      op: proposing('op', tagged(layers, opEntry)),
      head: {
        ...proposing('head', documented(Head)),
        properties: { ...(documented(Head)['properties'] as object), loss: ref('loss') },
      },
      loss: tagged(losses, lossEntry),
      solver: proposing('solver', tagged(solvers, solverEntry)),
      phase: either(
        { required: ['rounds'] },
        {
          ...documented(Rounds),
          properties: {
            ...(documented(Rounds)['properties'] as object),
            phases: { type: 'array', items: ref('solver'), minItems: 1 },
          },
        },
        ref('solver'),
      ),
      split: tagged(splits, evaluationEntry),
      strategy: tagged(new Map(Object.entries(strategies)), evaluationEntry),
      parameter: {
        type: 'object',
        ...either({ required: ['range'] }, documented(parameterEntries.range), documented(parameterEntries.values)),
      },
      candidates: tagged(candidates, evaluationEntry),
      sampler: samplerSchema(samplers),
      metric: metricSchema(metrics),
    },
  }
}

/** A schema with what editors propose first. */
const proposing = (section: string, schema: Schema): Schema => ({ ...schema, defaultSnippets: snippets[section] })

const ref = (definition: string): Schema => ({ $ref: `#/definitions/${definition}` })

const either = (condition: Schema, accepted: Schema, otherwise?: Schema): Schema => ({
  if: condition,
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word
  then: accepted,
  ...(otherwise && { else: otherwise }),
})

const allOf = (...schemas: readonly Schema[]): Schema => ({ allOf: schemas })

/** The rule for names, in each section that has them. */
const named = (rule: Schema): Schema => ({
  properties: Object.fromEntries(['inputs', 'embeddings', 'ops', 'heads'].map((key) => [key, { propertyNames: rule }])),
})

/** An object whose `type` says which of several schemas it follows; editors show what each type is. */
const tagged = <D extends { readonly summary: string }>(
  operators: ReadonlyMap<string, D>,
  schemaOf: (definition: D) => Schema,
): Schema => ({
  type: 'object',
  required: ['type'],
  properties: { type: { type: 'string', ...described(operators) } },
  allOf: [...operators].map(([type, definition]) =>
    either(
      { properties: { type: { const: type } }, required: ['type'] },
      ofType(type, definition.summary, withOperators(documented(schemaOf(definition)))),
    ),
  ),
})

/** Values, and for editors what each of them is. */
const described = (values: ReadonlyMap<string, { readonly summary: string }>): Schema => ({
  enum: [...values.keys()],
  enumDescriptions: [...values.values()].map(({ summary }) => summary),
})

/** A size without a default gets a valid example: editors would insert 0. */
const validExample = ({ type, minimum, default: preset, examples }: Schema): Schema =>
  type === 'integer' && Number(minimum) >= 1 && preset === undefined && examples === undefined
    ? { examples: [minimum] }
    : {}

/** The schema of an entry of one operator, in which its `type` has the summary of the operator. */
const ofType = (type: string, summary: string, schema: Schema): Schema => ({
  ...schema,
  properties: { ...(schema['properties'] as object), type: { const: type, description: summary } },
})

/** A sampler by its name, or with its parameters. */
const samplerSchema = (samplers: ReadonlyMap<string, Sampler>): Schema => ({
  anyOf: [{ type: 'string', ...described(samplers) }, tagged(samplers, evaluationEntry)],
})

/** `name[@k][(variant)]` for the known metrics; the enum gives editors something to complete. */
const metricSchema = (metrics: ReadonlyMap<string, Metric>): Schema => ({
  anyOf: [
    { type: 'string', ...described(new Map([...metrics].flatMap(metricExamples))) },
    {
      type: 'string',
      pattern: `^(${[...metrics]
        .map(([name, metric]) => `${name}${lengthPattern(metric)}${variantPattern(metric)}`)
        .join('|')})$`,
    },
  ],
})

/** Usual ways to write a metric, each with what it measures. */
const metricExamples = ([name, metric]: readonly [string, Metric]): (readonly [string, Metric])[] => {
  const { k, variants, withoutK } = metric
  const lengths = k === 'required' ? ['@10', '@20'] : ['']
  const words = variants === 'share' ? [] : variants
  const written = lengths.flatMap((length) => ['', ...words.map((word) => `(${word})`)].map((word) => length + word))
  return [
    ...written.map((rest) => [`${name}${rest}`, metric] as const),
    ...(withoutK ? [[name, withoutK] as const] : []),
  ]
}

const lengthPattern = ({ k, withoutK }: Metric): string => {
  if (k === 'none') return ''
  return withoutK ? '(@[1-9][0-9]{0,5})?' : '@[1-9][0-9]{0,5}'
}

const variantPattern = ({ variants }: Metric): string => {
  if (variants === 'share') return '(\\(0?\\.[0-9]+\\))?'
  return variants.length === 0 ? '' : `(\\((${variants.join('|')})\\))?`
}

/** The definitions of operators that parameters may name (`x-operator`), by the section of a plugin. */
const definitionsOf = new Map<unknown, string>(Object.entries({ samplers: 'sampler', metrics: 'metric' }))

/** The schema of an entry, in which a parameter that names an operator follows the definition of its kind. */
const withOperators = (schema: Schema): Schema => rewriteOperators(schema) as Schema

const rewriteOperators = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(rewriteOperators)
  if (!isObject(value)) return value
  const definition = definitionsOf.get(value[operatorKeyword])
  if (definition === undefined)
    return {
      ...Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rewriteOperators(inner)])),
      ...validExample(value),
    }
  const { description, default: preset } = value
  return { description, ...(preset === undefined ? {} : { default: preset }), ...allOf(ref(definition)) }
}
