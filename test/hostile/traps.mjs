// Records every import, require, file access, fetch and connection of this process, once it is armed.
import childProcess from 'node:child_process'
import fs from 'node:fs'
import promises from 'node:fs/promises'
import Module, { register, syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'

/** Accesses since `arm`: what was called, and with what. */
const calls = []
let armed = false

const trap = (owner, name, label) => {
  const original = owner[name]
  owner[name] = function (...given) {
    if (armed) calls.push(`${label} ${String(given[0])}`)
    return original.apply(this, given)
  }
}
for (const [owner, label] of [
  [fs, 'fs'],
  [promises, 'fs'],
  [childProcess, 'process'],
])
  for (const name of Object.keys(owner))
    if (typeof owner[name] === 'function' && /^[a-z]/.test(name)) trap(owner, name, `${label}.${name}`)
trap(Module, '_load', 'require')
trap(globalThis, 'fetch', 'fetch')
trap(net.Socket.prototype, 'connect', 'connect')
syncBuiltinESMExports()

// imports are resolved on another thread, which sends each specifier
const { port1, port2 } = new MessageChannel()
const hooks = `
  let port
  export const initialize = (data) => { port = data.port }
  export const resolve = (specifier, context, next) => { port.postMessage(specifier); return next(specifier, context) }
`
register(`data:text/javascript,${encodeURIComponent(hooks)}`, { data: { port: port2 }, transferList: [port2] })

/** The specifiers that were imported since the last call. */
const imports = () => {
  const found = []
  for (let message = receiveMessageOnPort(port1); message; message = receiveMessageOnPort(port1))
    found.push(`import ${message.message}`)
  return found
}

/** Runs `work`, and gives every access that it made. */
export const accesses = async (work) => {
  imports()
  calls.length = 0
  armed = true
  try {
    await work()
  } finally {
    armed = false
  }
  // a specifier that was sent late still arrives
  await new Promise((resolve) => setTimeout(resolve, 50))
  return [...calls, ...imports()]
}
