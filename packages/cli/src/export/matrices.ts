import { type Entities, type LoweredProgram, type Model, rowTexts, type Table } from '@recspec/core'
import { namesOf } from '../input/entity.js'
import { entityColumns, type LabeledMatrix } from './matrix.js'

/** The matrices of a model by the names of their files, and what else is said of them. */
export interface ModelMatrices {
  readonly matrices: ReadonlyMap<string, LabeledMatrix>
  /** What the score that ranks adds to the product of `vectors.user` and `vectors.item`. */
  readonly constant?: number
  /** Why there are no such vectors. */
  readonly obstacle?: string
}

/**
 * The vectors of both sides, where the score is a product of them, and the tables of a model: a table with a row of
 * each id has the ids, others the text of each row.
 */
export const matricesOf = (model: Model): ModelMatrices => {
  const matrices = new Map<string, LabeledMatrix>()
  let said: Pick<ModelMatrices, 'constant' | 'obstacle'>
  try {
    const { constant } = addVectors(model, matrices)
    said = { constant }
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'Failure') throw error
    said = { obstacle: error.message }
  }
  for (const table of model.graph.tables.values())
    matrices.set(`table.${table.name.replaceAll('/', '.')}`, tableOf(model, table))
  return { matrices, ...said }
}

const addVectors = (model: Model, matrices: Map<string, LabeledMatrix>) => {
  const [user, item] = [model.vectors('user'), model.vectors('item')]
  matrices.set('vectors.user', { ...user, ...entityColumns(model.users) })
  matrices.set('vectors.item', { ...item, ...entityColumns(model.items) })
  return item
}

/** A table with all of its rows: those of unknown and missing values have no text. */
const tableOf = (model: Model, table: Table): LabeledMatrix => {
  const [program] = model.programs as [LoweredProgram, ...LoweredProgram[]]
  const { height } = program.tables.get(table.name)!
  const texts = rowTexts(program, table)
  const names = nameOfText(model, program, table)
  return {
    values: meanOf(model.programs.map(({ tables }) => tables.get(table.name)!.values)),
    width: table.dim,
    columns: [
      { name: 'row', type: 'integer' },
      { name: 'text', type: 'text' },
      ...(names ? ([{ name: 'name', type: 'text' }] as const) : []),
    ],
    cells: [
      Array.from({ length: height }, (_, row) => row),
      texts.map((text) => text ?? null),
      ...(names ? [texts.map((text) => (text === undefined ? null : names(text)))] : []),
    ],
  }
}

/** The name of an id, of a table whose texts are ids of entities with names. */
const nameOfText = (
  model: Model,
  program: LoweredProgram,
  { input }: Table,
): ((id: string) => string | null) | undefined => {
  const { definition, entity, of } = program.inputs.get(input)!.node
  const isOwn = definition.reads === 'key'
  if (!isOwn && (definition.reads !== 'interactions' || of)) return undefined
  const entities: Entities = (entity === 'item') === isOwn ? model.items : model.users
  if (entities.nameColumn === undefined) return undefined
  const names = namesOf(entities)
  return (id) => names.nameOf(entities.ids.indexOf(id)) ?? null
}

/** The mean of the tables of posterior samples. */
const meanOf = (tables: readonly Float32Array[]): Float32Array =>
  tables.length === 1
    ? tables[0]!
    : Float32Array.from(tables[0]!, (_, k) => tables.reduce((sum, table) => sum + table[k]!, 0) / tables.length)
