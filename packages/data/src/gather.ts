import type { Column } from '@recspec/core'
import type { Field } from './columns.js'
import type { Block } from './duckdb.js'
import { floats, integers } from './growing.js'
import type { Verdict } from './rows.js'
import { vocabulary } from './vocabulary.js'

/** Columns being read: `check` refuses a row, `push` takes it. */
export interface Gathering {
  on(block: Block): { check(row: number): Verdict; push(row: number): void }
  take(): Map<string, Column>
}

const ACCEPTED = undefined

const numeric = ({ name }: Field) => {
  const values = floats()
  const notNumber: Verdict = { reason: 'not-a-number', column: name }
  const notFinite: Verdict = { reason: 'not-finite', column: name }
  return {
    on: (block: Block, at: number) => {
      const { values: cells, has } = block.numbers(at)
      return {
        check: (row: number): Verdict => {
          const value = cells[row]!
          if (Number.isFinite(value) || !has(row)) return ACCEPTED
          return Number.isNaN(value) ? notNumber : notFinite
        },
        push: (row: number) => values.push(has(row) ? cells[row]! : Number.NaN),
      }
    },
    take: (): Column => ({ kind: 'number', values: values.take() }),
  }
}

const textual = () => {
  const codes = integers()
  const values = vocabulary()
  return {
    on: (block: Block, at: number) => {
      const texts = block.texts(at)
      return {
        check: (): Verdict => ACCEPTED,
        push: (row: number) => codes.push(texts.has(row) ? values.code(texts, row, true) : -1),
      }
    },
    take: (): Column => ({ kind: 'text', codes: codes.take(), values: values.list }),
  }
}

/** Gathers fields that are selected from column `first` of the blocks on. */
export const gathering = (fields: readonly Field[], first: number): Gathering => {
  const parts = fields.map((field) => (field.kind === 'number' ? numeric(field) : textual()))
  return {
    on: (block) => {
      const open = parts.map((part, order) => part.on(block, first + order))
      return {
        check: (row) => {
          for (const part of open) {
            const verdict = part.check(row)
            if (verdict) return verdict
          }
          return ACCEPTED
        },
        push: (row) => {
          for (const part of open) part.push(row)
        },
      }
    },
    take: () => new Map(fields.map(({ name }, order) => [name, parts[order]!.take()])),
  }
}
