// The documents that pages show: those of examples/, and those that are written in a page.
import { readdirSync } from 'node:fs'
import { parse } from 'jsonc-parser'
import { blocksOf } from './markdown.js'
import { read } from './pages.js'

/** Whether a value is a whole document, and no excerpt of one. */
export const isDocument = (value) =>
  typeof value === 'object' && value !== null && 'inputs' in value && 'heads' in value

/** The documents of a folder: name, text, value. */
export const documentsIn = (folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const path = `${folder}/${file}`
      const text = read(path)
      return { name: file.slice(0, -'.json'.length), path, text, value: parse(text) }
    })

/** The comment on top of a document, as one paragraph. */
export const descriptionOf = (text) => {
  const lines = text.split('\n')
  const end = lines.findIndex((line) => !line.startsWith('//'))
  return lines
    .slice(0, end)
    .map((line) => line.slice(2).trim())
    .join(' ')
}

/** A document without the comment on top of it. */
export const bodyOf = (text) => text.replace(/^(\/\/.*\n)+/, '').trimEnd()

/** The whole documents that are fenced blocks of a file of the repository. */
export const documentsOf = (path) =>
  blocksOf(read(path))
    .filter(({ language }) => /^jsonc?$/.test(language))
    .map(({ code }) => ({ path, text: code, value: parse(code) }))
    .filter(({ value }) => isDocument(value))
    .map((one) => ({ ...one, name: one.value.name }))
