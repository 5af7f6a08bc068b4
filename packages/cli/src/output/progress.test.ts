import type { Report } from '@recspec/core'
import { expect, test } from 'vitest'
import type { Host } from '../host.js'
import { progress, progressText } from './progress.js'

const report = (epoch: number, seconds: number, more: Partial<Report> = {}): Report => ({
  epoch,
  epochs: 4,
  step: epoch * 10,
  loss: 0.5 / epoch,
  examples: 1000,
  phase: 0,
  phases: 1,
  solver: 'adam',
  seconds,
  state: () => ({ numbers: {}, arrays: {} }),
  ...more,
})

const captured = (terminal: boolean) => {
  const written: string[] = []
  const host = { terminal, width: 200, err: (text: string) => written.push(text) } as unknown as Host
  return { host, written }
}

test('a line has epoch, loss, metric, rows per second and the time left', () => {
  expect(progressText(report(2, 3, { metrics: { 'hr@10': 0.25 } }), report(1, 1))).toBe(
    'adam  epoch 2/4  loss 0.25  hr@10 0.2500  500 rows/s  4.0 s left',
  )
})

test('a new phase does not count the epochs of the one before', () => {
  const before = report(4, 10)
  expect(progressText(report(1, 12, { phase: 1, phases: 2, solver: 'sgd' }), before)).toBe(
    '2/2 sgd  epoch 1/4  loss 0.5  500 rows/s  6.0 s left',
  )
})

test('a terminal redraws one line; without one each phase is a line', () => {
  for (const terminal of [true, false]) {
    const { host, written } = captured(terminal)
    const line = progress(host)
    for (const epoch of [1, 2, 3, 4]) line.report(report(epoch, epoch))
    line.end()
    expect(written.length).toBe(terminal ? 5 : 1)
    if (terminal) expect(written.every((text) => text.startsWith('\r') && !text.includes('\n'))).toBe(true)
    else expect(written[0]).toBe('adam  epoch 4/4  loss 0.125  1,000 rows/s  4.0 s\n')
  }
})

test('without a terminal a phase that stops early has its line too', () => {
  const { host, written } = captured(false)
  const line = progress(host)
  for (const epoch of [1, 2]) line.report(report(epoch, epoch, { phases: 2 }))
  line.report(report(1, 3, { phase: 1, phases: 2, solver: 'sgd' }))
  line.end()
  line.end()
  expect(written.map((text) => text.split('  loss')[0])).toEqual(['1/2 adam  epoch 2/4', '2/2 sgd  epoch 1/4'])
})
