// A package registry on the loopback address: it keeps what is published to it, and passes on what it does not have
// from the registry that npm is configured with. For rehearsals; nothing is written to a disk.
import { spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'

const shell = process.platform === 'win32'
const upstream = () => spawnSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8', shell }).stdout.trim()

/** Opens the registry: its URL, the names that were published, and `close`. */
export const openRegistry = async () => {
  const behind = upstream().replace(/\/$/, '')
  const packages = new Map()
  const tarballs = new Map()

  const publish = async (request, name) => {
    const sent = JSON.parse(await text(request))
    const known = packages.get(name) ?? { _id: name, name, 'dist-tags': {}, versions: {}, time: {} }
    for (const [version, manifest] of Object.entries(sent.versions)) {
      if (known.versions[version]) return [403, { error: `${name} ${version} is published already` }]
      const [file] = Object.keys(sent._attachments)
      const path = `/${name}/-/${file.split('/').at(-1)}`
      tarballs.set(path, Buffer.from(sent._attachments[file].data, 'base64'))
      known.versions[version] = { ...manifest, dist: { ...manifest.dist, tarball: `${url}${path}` } }
      known.time[version] = new Date(0).toISOString()
    }
    Object.assign(known['dist-tags'], sent['dist-tags'])
    packages.set(name, known)
    return [201, { ok: true }]
  }

  const passOn = async (request, response) => {
    const { accept = '*/*' } = request.headers
    const answer = await fetch(`${behind}${request.url}`, { method: request.method, headers: { accept } })
    const type = answer.headers.get('content-type') ?? 'application/octet-stream'
    response.writeHead(answer.status, { 'content-type': type })
    response.end(Buffer.from(await answer.arrayBuffer()))
  }

  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://registry').pathname)
    const name = path.slice(1)
    try {
      if (request.method === 'PUT') {
        const [status, body] = await publish(request, name)
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      } else if (packages.has(name)) {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(packages.get(name)))
      } else if (tarballs.has(path)) {
        response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(tarballs.get(path))
      } else await passOn(request, response)
    } catch (error) {
      response.writeHead(502, { 'content-type': 'application/json' }).end(JSON.stringify({ error: error.message }))
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${server.address().port}`
  return {
    url,
    published: () => [...packages.keys()].sort(),
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}
