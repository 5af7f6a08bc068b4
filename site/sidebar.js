import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gallery } from './gallery.js'
import { headingsOf } from './markdown.js'
import { address, groups, read, root } from './pages.js'

const label = ({ from, heading, label }) => label ?? heading ?? headingsOf(read(from))[0].text

const documents = gallery.map(({ name }) => ({ text: name, link: `/gallery/${name}` }))

/** The pages of the reference, which the build has written by now. */
const reference = () =>
  readdirSync(join(root, 'site/pages/api'))
    .sort()
    .map((file) => file.replace(/\.md$/, ''))
    .map((name) => ({ text: name.replace('-', ': ').replace('plugin: ', 'plugin-'), link: `/api/${name}` }))

/** The sidebar: the groups of pages, each page by its label or its first heading, and the pages that are made. */
export const sidebar = () => [
  ...groups.map(({ title, pages }) => ({
    text: title,
    items: pages.map((page) => {
      const item = { text: label(page), link: address(page.to) }
      return page.to === 'gallery/index' ? { ...item, collapsed: true, items: documents } : item
    }),
  })),
  { text: 'API', collapsed: true, items: reference() },
]
