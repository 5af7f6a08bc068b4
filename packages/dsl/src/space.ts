import { spaceOf } from '@recspec/study'
import type { Finding, Override, Report } from './diagnostic.js'
import { didYouMean, invalidChoice, unknownPointer } from './messages.js'
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
  const varied: readonly Varied[] = [
    ...spaceOf(search.parameters).map(({ name, at, ends }) => ({ path: ['parameters', name], at, ends })),
    ...budgetOf(search).map(({ at, range }) => ({
      path: ['strategy', 'budget'],
      at,
      ends: range.map((setting, end) => ({ place: ['range', `${end}`], setting })),
    })),
  ]
  for (const { path, at, ends } of varied) {
    const invalid = ends.flatMap((end) => {
      const findings: Finding[] = []
      compile(
        text,
        at.map((where) => ({ pointer: where, value: end.setting })),
        findings,
      )
      return findings[0] ? [{ ...end, finding: findings[0] }] : []
    })
    // one mistake: the other ends are likely invalid for the same reason
    const [first] = invalid
    if (!first) continue
    const { place, setting, finding } = first
    const where = pointer(finding.path)
    if (finding.code === 'unknown-property' && at.includes(where))
      report(['search', ...path, 'at'], { ...unknownPointer(where), ...hintOf(where, finding.hint) })
    else report(['search', ...path, ...place], invalidChoice(setting, finding, where))
  }
}

/** What a search varies: its place in the section, the pointers it sets, and its ends. */
interface Varied {
  readonly path: readonly string[]
  readonly at: readonly string[]
  readonly ends: readonly { readonly place: readonly string[]; readonly setting: unknown }[]
}

/** The hint of a property that is unknown: a spelling becomes that of the whole pointer. */
const hintOf = (where: string, hint: string | undefined) => {
  const spelling = /^did you mean "(.+)"\?$/.exec(hint ?? '')?.[1]
  if (spelling === undefined) return hint === undefined ? {} : { hint }
  return { hint: didYouMean(`${where.slice(0, where.lastIndexOf('/') + 1)}${spelling}`) }
}
