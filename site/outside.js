import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

// what a browser fetches by itself; links that a reader follows (<a href>) are no such thing
const FETCHED = [
  /<(?:script|img|iframe|source|video|audio|embed|object)\b[^>]*\b(?:src|data)=["']?(?:https?:)?\/\/[^"'\s>]+/gi,
  /<link\b[^>]*\bhref=["']?(?:https?:)?\/\/[^"'\s>]+/gi,
  /@import\s+(?:url\()?["']?(?:https?:)?\/\/[^"')\s]+/gi,
  /\burl\(["']?(?:https?:)?\/\/[^"')\s]+/gi,
]

/** What the pages and styles below a folder fetch from another host: a line for each. */
export const outside = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((path) => /\.(html|css)$/.test(path))
    .flatMap((path) => {
      const text = readFileSync(join(folder, path), 'utf8')
      return FETCHED.flatMap((pattern) => [...text.matchAll(pattern)].map(([found]) => `${path}: ${found}`))
    })
