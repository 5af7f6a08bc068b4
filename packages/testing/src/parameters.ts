import type { TObject } from 'typebox'
import { type Params, variationsOf } from './settings.js'

/** Parameters in use, and what an operator does with some, as text. */
export interface ParameterUse {
  readonly params: Params
  /** Throws where the operator refuses the parameters, which is a change too. */
  print(params: Params): string | Promise<string>
}

/** A sentence for each parameter of which no other value changes anything in any use. */
export async function* deadParameters(schema: TObject, uses: readonly ParameterUse[]): AsyncGenerator<string> {
  for (const name of Object.keys(schema.properties)) {
    let first: { readonly own: unknown; readonly other: unknown } | undefined
    let alive = false
    for (const { params, print } of uses) {
      const others = variationsOf(schema, params).get(name) ?? []
      if (others.length === 0) continue
      const own = await printed(print, params)
      for (const other of others) {
        first ??= { own: params[name], other: other[name] }
        alive = (await printed(print, other)) !== own
        if (alive) break
      }
      if (alive) break
    }
    if (first && !alive)
      yield `parameter "${name}" changes nothing: ${text(first.own)} does the same as ${text(first.other)}`
  }
}

const text = (value: unknown): string => JSON.stringify(value) ?? 'none'

const printed = async (print: ParameterUse['print'], params: Params): Promise<string> => {
  try {
    return await print(params)
  } catch (error) {
    return `refused: ${error instanceof Error ? error.message : error}`
  }
}
