// What the site and the tests of its pages read of a Markdown text: fenced blocks, headings, links.

const FENCE = /^ *(`{3,}|~{3,})(.*)$/

/**
 * The lines of a text, each with the fence it is in, if any: `opens` and `closes` are the lines of the fence itself.
 */
const linesOf = (text) => {
  let fence
  return text.split('\n').map((line) => {
    const [, mark, info] = FENCE.exec(line) ?? []
    if (!fence && mark) {
      fence = { mark, info: info.trim() }
      return { line, fence, opens: true }
    }
    if (fence && mark?.startsWith(fence.mark) && info.trim() === '') {
      const ended = fence
      fence = undefined
      return { line, fence: ended, closes: true }
    }
    return { line, fence }
  })
}

/**
 * The fenced blocks of a text, in order. `info` is what follows the backticks, `language` its first word and `file` the
 * second one; `line` is where the block begins, from 1.
 */
export const blocksOf = (text) => {
  const blocks = []
  for (const [index, { line, fence, opens, closes }] of linesOf(text).entries()) {
    if (opens) {
      const [language = '', file] = fence.info.split(/\s+/)
      blocks.push({ info: fence.info, language, file, code: '', line: index + 1 })
    } else if (fence && !closes) blocks.at(-1).code += `${line}\n`
  }
  return blocks
}

/** A text with the code of one of its blocks replaced. */
export const withCode = (text, block, code) => {
  const lines = text.split('\n')
  lines.splice(block.line, block.code.split('\n').length - 1, ...code.split('\n').slice(0, -1))
  return lines.join('\n')
}

/** The anchor that GitHub gives a heading, which is also that of the site. */
export const slug = (heading) =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .replace(/\s/g, '-')

const plain = (heading) => heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '')

/** The headings of a text: level, text without markup, anchor (numbered where it repeats), and line, from 1. */
export const headingsOf = (text) => {
  const seen = new Map()
  return linesOf(text).flatMap(({ line, fence }, index) => {
    const [, marks, words] = (!fence && /^(#{1,6}) +(.*?) *#*$/.exec(line)) || []
    if (!marks) return []
    const base = slug(plain(words))
    const times = seen.get(base) ?? 0
    seen.set(base, times + 1)
    const anchor = times ? `${base}-${times}` : base
    return [{ level: marks.length, text: plain(words), anchor, line: index + 1 }]
  })
}

/** A text whose headings are all `by` levels higher. */
export const raised = (text, by) =>
  linesOf(text)
    .map(({ line, fence }) => (fence ? line : line.replace(/^#+(?= )/, (marks) => marks.slice(by) || '#')))
    .join('\n')

/** A text without its HTML comments outside of code. */
export const withoutComments = (text) => {
  const kept = linesOf(text).map(({ line, fence }) => (fence ? line : line.replace(/<!--.*?-->/g, '')))
  return kept.join('\n')
}

const LINK = /(!?\[(?:[^[\]]|\[[^\]]*\])*\]\()([^()\s]+)(\))/g

/** Runs of lines that are code, blank, or a paragraph: the text of a link may go on in the next line. */
const runsOf = (text) => {
  const runs = []
  for (const { line, fence } of linesOf(text)) {
    const kind = fence ? 'code' : line.trim() === '' ? 'blank' : 'paragraph'
    if (runs.at(-1)?.kind === kind) runs.at(-1).lines.push(line)
    else runs.push({ kind, lines: [line] })
  }
  return runs
}

/** A text whose links go where `to` says; code is left alone. `to` gets the target and its line, from 1. */
export const withLinks = (text, to) => {
  let line = 1
  return runsOf(text)
    .map(({ kind, lines }) => {
      const [whole, first] = [lines.join('\n'), line]
      line += lines.length
      if (kind !== 'paragraph') return whole
      // code spans inside a link's text stay: they are put back after the targets are found
      const spans = []
      const bare = whole.replace(/`+[^`]+`+/g, (span) => `\u0000${spans.push(span) - 1}\u0000`)
      const moved = bare.replace(LINK, (found, before, target, after, at) => {
        const place = first + bare.slice(0, at).split('\n').length + found.split('\n').length - 2
        return `${before}${to(target, place)}${after}`
      })
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a mark that no page has
      return moved.replace(/\u0000(\d+)\u0000/g, (_, at) => spans[Number(at)])
    })
    .join('\n')
}
