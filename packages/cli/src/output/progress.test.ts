import type { Report, StepReport } from '@recspec/core'
import { expect, test } from 'vitest'
import type { Host } from '../host.js'
import { progress, progressText, stepText } from './progress.js'

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

/** A run of four epochs of 1,000 examples, in a whole epoch of which `seconds` pass. */
const stepAt = (epoch: number, examples: number, seconds: number): StepReport => ({
  epoch,
  epochs: 4,
  step: (epoch - 1) * 10 + examples / 100,
  ...(examples > 0 ? { loss: 0.5 } : {}),
  examples,
  total: 1000,
  phase: 0,
  phases: 1,
  solver: 'adam',
  seconds: (epoch - 1 + examples / 1000) * seconds,
})

test('within an epoch a line has the share of it, rows per second and the time left of the phase', () => {
  expect(stepText(stepAt(1, 250, 40), stepAt(1, 0, 40))).toBe('adam  epoch 1/4  25 %  loss 0.5  25 rows/s  2:30 left')
})

test('a pace needs half a second, and does not count what an earlier run did of the epoch', () => {
  expect(stepText(stepAt(1, 100, 4), stepAt(1, 0, 4))).toBe('adam  epoch 1/4  10 %  loss 0.5')
  const resumed = { ...stepAt(2, 500, 10), seconds: 1 }
  const later = { ...stepAt(2, 600, 10), seconds: 3 }
  expect(stepText(later, resumed)).toContain('50 rows/s  48 s left')
  expect(stepText(resumed, resumed)).toBe('adam  epoch 2/4  50 %  loss 0.5')
})

/** What is written of a run whose solver tells of every tenth of an epoch. */
const run = (terminal: boolean, seconds: number): readonly string[] => {
  const { host, written } = captured(terminal)
  const line = progress(host)
  for (const epoch of [1, 2, 3, 4]) {
    for (let examples = 0; examples < 1000; examples += 100) line.step(stepAt(epoch, examples, seconds))
    line.report(report(epoch, epoch * seconds))
  }
  line.end()
  return written.map((text) => text.split('  loss')[0]!)
}

test('a log of slow epochs has a line of each, and of every half minute within', () => {
  expect(run(false, 120)).toEqual(
    [1, 2, 3, 4].flatMap((epoch) => [
      ...[30, 60, 90].map((share) => `adam  epoch ${epoch}/4  ${share} %`),
      `adam  epoch ${epoch}/4`,
    ]),
  )
  expect(run(false, 12)).toEqual([1, 2, 3, 4].map((epoch) => `adam  epoch ${epoch}/4`))
  expect(run(false, 6)).toEqual([2, 4].map((epoch) => `adam  epoch ${epoch}/4`))
  expect(run(false, 1)).toEqual(['adam  epoch 4/4'])
})

test('a terminal moves within an epoch once a second', () => {
  const lines = run(true, 6)
  expect(lines.filter((text) => text.includes('1/4'))).toHaveLength(5)
  expect(lines.filter((text) => text.includes('%'))).toHaveLength(16)
  expect(run(true, 0.5).filter((text) => text.includes('%'))).toEqual([])
})
