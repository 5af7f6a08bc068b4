import type { Report } from './diagnostic.js'
import { Envelope } from './grammar.js'
import { duplicateName, invalidName } from './messages.js'
import { isObject } from './pointer.js'

/** The sections whose entries have names. */
export const sections = ['inputs', 'embeddings', 'ops', 'heads'] as const

/**
 * Reports names that are not 1 to 128 characters without `/` (which parts of macros have), `~` and space, or not
 * unique.
 */
export const validateNames = (document: Readonly<Record<string, unknown>>, report: Report): void => {
  const owners = new Map<string, string>()
  const form = document['normalized'] === true ? /^[^~ ]{1,300}$/u : /^[^/~ ]{1,128}$/u
  for (const key of sections) {
    const entries = document[key]
    if (!isObject(entries)) continue
    for (const name of Object.keys(entries)) {
      const owner = owners.get(name)
      if (!form.test(name)) report([key, name], invalidName(name))
      else if (owner !== undefined) report([key, name], duplicateName(name, owner))
      else owners.set(name, key)
    }
  }
}

/** Whether a section is missing, misspelt or not an object, so that unknown names may be in it. */
export const hasUnreadableSection = (document: Readonly<Record<string, unknown>>): boolean => {
  const known = Object.keys(Envelope['properties'] as object)
  const misspelt = Object.keys(document).some((key) => !known.includes(key))
  return sections.some((key) =>
    document[key] === undefined
      ? misspelt || (Envelope['required'] as readonly string[]).includes(key)
      : !isObject(document[key]),
  )
}

/** The default name of a model: the name of its file without the extension. */
export const defaultName = (file: string): string =>
  file
    .replace(/^.*[/\\]/, '')
    .replace(/\.[^.]*$/, '')
    .slice(0, 128) || 'model'
