import { basename, extname, join, relative, sep } from 'node:path'
import { firstLabel } from '../output/hints.js'
import { save } from '../output/save.js'
import { SCHEMA_FILES } from '../project/editor.js'
import { inspectOwnData, type OwnFiles } from './data.js'
import { firstDocument } from './model.js'
import type { GivenRoles } from './roles.js'

/** A first project: what was written, and what was found. */
export interface FirstProject {
  /** What the model is, in a few words. */
  readonly summary: string
  /** The name of the model. */
  readonly name: string
  /** The data document, relative to the project. */
  readonly data: string
  /** What the data document is, in a few words; absent where it was there before. */
  readonly written?: string
  /** What was found in the data. */
  readonly lines: readonly string[]
  /** A user to ask for, where one can be typed. */
  readonly user?: string
}

/** The name of a model after its data: `my-plays` for `my plays.csv.gz`; after its folder for a data document. */
const nameOf = (path: string): string => {
  const file = basename(path).replace(/\.gz$/i, '')
  const own = file.slice(0, file.length - extname(file).length)
  const name = own === 'data' ? basename(join(path, '..')) : own
  return name.replace(/[^\w.-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '') || 'model'
}

/** Writes `data.json` and `model.json` for files of one's own. */
export const writeFirstProject = async (folder: string, files: OwnFiles, given: GivenRoles): Promise<FirstProject> => {
  const { document, dataset, target, features, lines } = await inspectOwnData(files, folder, given)
  const name = nameOf(files.data)
  const { text, summary } = firstDocument({ name, ...(target ? { target } : {}), features }, dataset)
  if (document)
    await save(
      join(folder, 'data.json'),
      `${JSON.stringify({ $schema: `./${SCHEMA_FILES.data}`, ...document }, null, 2)}\n`,
    )
  await save(join(folder, 'model.json'), text)
  const user = firstLabel(dataset.users)
  return {
    summary,
    name,
    data: document ? 'data.json' : relative(folder, files.data).split(sep).join('/'),
    ...(document ? { written: 'what its columns mean' } : {}),
    lines,
    ...(user === undefined ? {} : { user }),
  }
}
