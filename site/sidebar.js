import { gallery } from './gallery.js'
import { headingsOf } from './markdown.js'
import { address, groups, read } from './pages.js'

const label = ({ from, heading, label }) => label ?? heading ?? headingsOf(read(from))[0].text

/** The sidebar: the groups of pages, each page by its label or its first heading. */
export const sidebar = () =>
  groups.map(({ title, pages }) => ({
    text: title,
    items: pages.map((page) => {
      const item = { text: label(page), link: address(page.to) }
      return page.to === 'gallery/index' ? { ...item, collapsed: true, items: documents } : item
    }),
  }))

const documents = gallery.map(({ name }) => ({ text: name, link: `/gallery/${name}` }))
