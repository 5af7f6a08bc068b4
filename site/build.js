#!/usr/bin/env node
// Builds the documentation site into site/dist, from files of the repository alone. Fails where a link leads nowhere,
// a file of docs/ is no page, an operator has no entry or no example, a public function
// has no docstring, or a page fetches from another host.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'vitepress'
import { collect } from './collect.js'
import { galleryAddress, galleryPages } from './gallery.js'
import { withExamples } from './language.js'
import { outside } from './outside.js'
import { files, forgotten, libraries, root } from './pages.js'
import { referencePages } from './reference.js'

const site = join(root, 'site')

/** Ends with the faults that were found, if any. */
const stopAt = (faults, consequence) => {
  if (faults.length === 0) return
  console.error(
    `${faults.join('\n')}\n\n${faults.length === 1 ? '1 fault' : `${faults.length} faults`}: ${consequence}`,
  )
  process.exit(1)
}

const faults = forgotten().map((path) => `${path} is no page: site/pages.js lists them`)

const { texts, dead } = collect(files, galleryAddress)
faults.push(...dead)
for (const [to, text] of texts) {
  if (!to.startsWith('language/')) continue
  const page = withExamples(to, text)
  texts.set(to, page.text)
  faults.push(...page.faults)
}
const reference = referencePages(libraries)
faults.push(...reference.faults)
for (const [to, text] of [...galleryPages(), ...reference.pages]) texts.set(to, text)

stopAt(faults, 'no site is built')

rmSync(join(site, 'pages'), { recursive: true, force: true })
for (const [to, text] of texts) {
  const path = join(site, 'pages', `${to}.md`)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
await build(site)
stopAt(outside(join(site, 'dist')), 'pages fetch from another host')
console.log(`${texts.size} pages in site/dist`)
