import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.safetensors': 'application/octet-stream',
}

const PAGE =
  '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><body><script type="module" src="page.js"></script>'

/** One way to serve it: the headers of every answer, and a file that is not there. */
export interface Way {
  readonly headers: Readonly<Record<string, string>>
  readonly hides?: string
}

/** A site that is served in several ways. */
export interface Site {
  /** The address of the page with the headers of a way. */
  url(way: string): string
  /** What the page of a way posts. */
  result(way: string): Promise<unknown>
  close(): Promise<void>
}

/** Serves a folder on localhost: /<number of a way>/… is served in that way, and takes one result. */
export const serve = async (folder: string, ways: Readonly<Record<string, Way>>): Promise<Site> => {
  const names = Object.keys(ways)
  const results = new Map(
    names.map((way) => {
      let post: (result: unknown) => void = () => {}
      const posted = new Promise<unknown>((resolve) => {
        post = resolve
      })
      return [way, { post, posted }] as const
    }),
  )
  const server = createServer(async (request, response) => {
    const [, number = '', file = ''] = (request.url ?? '').split('/')
    const way = names[Number(number)] ?? ''
    const { headers = {}, hides } = ways[way] ?? {}
    const answer = (status: number, content: string | Uint8Array, type = 'text/plain') =>
      response.writeHead(status, { 'content-type': type, ...headers }).end(content)
    if (request.method === 'POST') {
      results.get(way)?.post(JSON.parse(await bodyOf(request)))
      return answer(200, '')
    }
    if (file === '') return answer(200, PAGE, 'text/html')
    const content = file === hides ? undefined : await readFile(join(folder, file)).catch(() => undefined)
    if (content) answer(200, content, types[extname(file)])
    else answer(404, 'not found')
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    url: (way) => `http://localhost:${port}/${names.indexOf(way)}/`,
    result: (way) => results.get(way)!.posted,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}
