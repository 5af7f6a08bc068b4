import { headingsOf } from './markdown.js'
import { address, groups, read } from './pages.js'

const label = ({ from, heading, label }) => label ?? heading ?? headingsOf(read(from))[0].text

/** The sidebar: the groups of pages, each page by its label or its first heading. */
export const sidebar = () =>
  groups.map(({ title, pages }) => ({
    text: title,
    collapsed: false,
    items: pages.map((page) => ({ text: label(page), link: address(page.to) })),
  }))
