// Pages from files of the repository: each is a file or a part of one, with its links turned to other pages.
import { existsSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { headingsOf, raised, withLinks, withoutComments } from './markdown.js'
import { address, read, repositoryAddress, root } from './pages.js'

/** The lines of a page in its file: [from, to), from 0. */
const extents = (files) => {
  const starts = files.map(({ from, heading }) => {
    if (heading === undefined) return 0
    const found = headingsOf(read(from)).find(({ text }) => text === heading)
    if (!found) throw new Error(`${from} has no heading "${heading}"`)
    return found.line - 1
  })
  return new Map(
    files.map((page, index) => {
      const later = files.flatMap(({ from }, other) =>
        from === page.from && starts[other] > starts[index] ? [starts[other]] : [],
      )
      return [page, [starts[index], Math.min(...later, read(page.from).split('\n').length)]]
    }),
  )
}

/**
 * The texts of the pages of `files`, by where they go, and the links that lead nowhere. `moved` gives the address of a
 * page that stands for a file and is made elsewhere, if there is one.
 */
export const collect = (files, moved) => {
  const lines = extents(files)
  const pages = files.map((page) => {
    const [start, end] = lines.get(page)
    const text = withoutComments(read(page.from)).split('\n').slice(start, end).join('\n')
    const first = headingsOf(text)[0]
    const body = raised(text, (first?.level ?? 1) - 1)
    return { ...page, start, end, text: body, headings: headingsOf(body) }
  })
  const dead = []

  /** The place of an anchor of a file, or of the file, on the site; undefined where the file is no page. */
  const place = (path, heading) => {
    const own = pages.filter(({ from }) => from === path)
    if (own.length === 0 || !heading) return own[0] && address(own[0].to)
    const page = own.find(({ start, end }) => heading.line > start && heading.line <= end)
    const there = page.headings.find(({ line }) => line === heading.line - page.start)
    return there === page.headings[0] ? address(page.to) : `${address(page.to)}#${there.anchor}`
  }

  /** Where a link of a file goes on the site, or to the repository; undefined where it leads nowhere. */
  const target = (from, link) => {
    if (/^[a-z]+:/.test(link)) return link
    const [path, anchor] = link.split('#')
    const file = path === '' ? from : posix.join(posix.dirname(from), path).replace(/\/$/, '')
    if (!existsSync(join(root, file))) return undefined
    const folder = statSync(join(root, file)).isDirectory()
    const text = folder ? `${file}/README.md` : file
    const heading = text.endsWith('.md') && anchor && headingsOf(read(text)).find((one) => one.anchor === anchor)
    if (anchor && !heading) return undefined
    const outside = `${repositoryAddress(file)}${anchor ? `#${anchor}` : ''}`
    return moved(file) ?? place(text, heading) ?? outside
  }

  const texts = pages.map(({ from, to, start, text }) => {
    const linked = withLinks(text, (link, line) => {
      const found = target(from, link)
      if (found === undefined) dead.push(`${from}:${start + line}: ${link} leads nowhere`)
      return found ?? link
    })
    return [to, `---\nsource: ${from}\n---\n\n${linked}`]
  })
  return { texts: new Map(texts), dead }
}
