import type { Plugin } from '@recspec/core'
import { check } from '@recspec/dsl'
import { convertSettings } from '@recspec/plugin-imf'
import { failure } from '../exit.js'

type Program = Parameters<typeof convertSettings>[0]

/** The settings that all programs share, as the command line calls them. */
export interface CommonSettings {
  readonly factors?: number
  readonly regularization?: number
  readonly alpha?: number
  readonly iterations?: number
}

/** Their names in each program. */
const NAMES: Readonly<Record<Program, Readonly<Record<keyof CommonSettings, string>>>> = {
  implicit: { factors: 'factors', regularization: 'regularization', alpha: 'alpha', iterations: 'iterations' },
  spark: { factors: 'rank', regularization: 'regParam', alpha: 'alpha', iterations: 'maxIter' },
  lenskit: { factors: 'embedding_size', regularization: 'regularization', alpha: 'weight', iterations: 'epochs' },
  ials: {
    factors: 'embedding_dim',
    regularization: 'regularization',
    alpha: 'unobserved_weight',
    iterations: 'epochs',
  },
  hkv: { factors: 'factors', regularization: 'lambda', alpha: 'alpha', iterations: 'iterations' },
}

/** Programs whose settings can be converted. */
export const PROGRAMS = Object.keys(NAMES) as readonly Program[]

/** Reads `name=value`, a setting by the program's own name. */
export const parseSetting = (text: string): readonly [name: string, value: unknown] => {
  const [, name, value] = /^(\w+)=(.+)$/.exec(text) ?? []
  if (name === undefined)
    throw failure('document', `invalid --setting "${text}"`, 'write a name and a value: --setting cg_steps=3')
  try {
    return [name, JSON.parse(value!)]
  } catch {
    return [name, value]
  }
}

/** The document, for the sample songs, that minimizes what another program minimizes. */
export const documentFrom = (
  program: Program,
  common: CommonSettings,
  own: readonly (readonly [string, unknown])[],
  plugins: readonly Plugin[],
): string => {
  const names = NAMES[program]
  const given = Object.fromEntries([
    ...(Object.keys(names) as (keyof CommonSettings)[]).flatMap((name) =>
      common[name] === undefined ? [] : [[names[name], common[name]] as const],
    ),
    ...own,
  ])
  const converted = (() => {
    try {
      return convertSettings(program, given)
    } catch (error) {
      throw failure('document', (error as Error).message)
    }
  })()
  const said = Object.entries(given).map(([name, value]) => `${name} ${String(value)}`)
  const heading = `${program}${said.length > 0 ? ` with ${said.join(', ')}` : ', defaults'}: ${converted.note}`
  const text = (target: boolean) => written(heading, converted, target)
  // most programs count every observation once; a loss that needs a target gets the plays
  const plain = text(false)
  return check({ name: 'model.json', text: plain }, plugins).diagnostics.length === 0 ? plain : text(true)
}

const written = (
  heading: string,
  { loss, embeddings, solver }: ReturnType<typeof convertSettings>,
  target: boolean,
): string => {
  const table = (input: string) => inline({ input, ...embeddings })
  return `{
  // ${heading}
  "$schema": "./recspec.schema.json",
  "recspec": 1,
  "name": "songs",

  "inputs": {
    "region": { "type": "id", "entity": "user" },
    "song":   { "type": "id", "entity": "item" }
  },

  "embeddings": {
    "taste": ${table('region')},
    "sound": ${table('song')}
  },

  "ops": {
    "match": { "type": "dot", "inputs": ["taste", "sound"] }
  },

  // "target" is the column of the observed values: plays, a rating
  "heads": {
    "plays": {
      "inputs": ["match"],
      ${target ? '' : '// '}"target": "plays",
      "loss": ${inline(loss)}
    }
  },

  "solver": ${inline(solver)},

  "evaluation": {
    "split": { "type": "per-user", "share": 0.2 },
    "metrics": ["ndcg@10", "recall@20"]
  }
}
`
}

/** One value of a document on one line. */
const inline = (value: unknown): string =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? `{ ${Object.entries(value)
        .map(([name, one]) => `${JSON.stringify(name)}: ${inline(one)}`)
        .join(', ')} }`
    : JSON.stringify(value)
