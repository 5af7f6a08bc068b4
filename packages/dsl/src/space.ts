import { spaceOf } from '@recspec/study'
import type { Finding, Override, Report } from './diagnostic.js'
import { invalidChoice } from './messages.js'
import { withoutSearch } from './parse.js'
import { pointer } from './pointer.js'
import { budgetOf } from './search.js'
import type { Spec } from './spec.js'

/**
 * Reports each choice and each end of a range, of the parameters of `search` and of the budget of its strategy, with
 * which the document is not valid; the other parameters keep the values of the document.
 */
export const checkSpace = (
  document: Readonly<Record<string, unknown>>,
  { search }: Spec,
  report: Report,
  compile: (text: string, overrides: readonly Override[], findings: Finding[]) => void,
): void => {
  if (!search || document['normalized'] === true) return
  const text = JSON.stringify(withoutSearch(document))
  const tried = [
    ...spaceOf(search.parameters).flatMap(({ name, at, ends }) =>
      ends.map(({ place, setting }) => ({ path: ['parameters', name, ...place], at, setting })),
    ),
    ...budgetOf(search).flatMap(({ at, range }) =>
      range.map((setting, end) => ({ path: ['strategy', 'budget', 'range', `${end}`], at, setting })),
    ),
  ]
  for (const { path, at, setting } of tried) {
    const findings: Finding[] = []
    compile(
      text,
      at.map((pointer) => ({ pointer, value: setting })),
      findings,
    )
    const [first] = findings
    if (first) report(['search', ...path], invalidChoice(setting, first, pointer(first.path)))
  }
}
