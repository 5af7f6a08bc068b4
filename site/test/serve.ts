import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'

const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

/** Serves the files of a folder on localhost. */
export const serve = async (folder: string): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const server = createServer(async ({ url = '/' }, response) => {
    const path = decodeURIComponent(url.replace(/[?#].*/, ''))
    const file = path.endsWith('/') ? `${path}index.html` : path
    const content = await readFile(join(folder, file)).catch(() => undefined)
    if (content) response.writeHead(200, { 'content-type': types[extname(file)] ?? 'text/plain' }).end(content)
    else response.writeHead(404).end('not found')
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}
