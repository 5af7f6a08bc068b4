import { expect, test } from 'vitest'
import { terminal } from './host.js'

test('a terminal that closes counts as one request to stop, however often it says so', () => {
  const { onInterrupt } = terminal()
  let requests = 0
  const end = onInterrupt(() => requests++)
  const before = process.listenerCount('SIGHUP')
  // emitted, not sent: the worker of the tests would get it too
  process.emit('SIGHUP')
  process.emit('SIGHUP')
  expect(requests).toBe(1)
  process.emit('SIGTERM')
  process.emit('SIGHUP')
  expect(requests).toBe(2)
  end()
  expect(process.listenerCount('SIGHUP')).toBe(before - 1)
})
