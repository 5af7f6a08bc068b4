#!/usr/bin/env node
const [major, minor] = process.versions.node.split('.').map(Number)

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `unsupported Node ${process.versions.node}\n  hint: recspec needs Node 20.19 or newer: https://nodejs.org\n`,
  )
  process.exitCode = 70
} else {
  const { main } = await import('../dist/index.js')
  process.exitCode = await main(process.argv.slice(2))
}
