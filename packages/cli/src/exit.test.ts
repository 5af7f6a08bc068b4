import { expect, test } from 'vitest'
import { EXIT, failure, printError, reasonOf } from './exit.js'
import type { Host } from './host.js'
import { watchInterrupt } from './interrupt.js'

const named = (name: string, more: object = {}) => Object.assign(new Error('something'), { name, ...more })

test('every kind of error has its exit code', () => {
  const codes = [
    named('SpecError'),
    named('DataError'),
    named('ArtifactError'),
    named('Failure', { kind: 'budget' }),
    named('Failure', { kind: 'data' }),
    named('Failure', { kind: 'training' }),
    named('Failure', { kind: 'query' }),
    named('Failure', { kind: 'plugin' }),
    named('KernelMemoryError'),
    failure('plugin', 'unknown plugin'),
    failure('output', 'cannot write'),
    named('Failure', { kind: 'engine' }),
    failure('engine', 'Spark is not found'),
    new TypeError('x is not a function'),
    'a string',
  ].map((error) => EXIT[reasonOf(error)])
  expect(codes).toEqual([2, 3, 5, 4, 3, 2, 3, 6, 4, 6, 8, 9, 9, 70, 70])
})

test('an error of the user is a line and a hint, without a stack', () => {
  expect(printError(failure('data', 'unknown user "u"', 'did you mean "v"?'), true)).toBe(
    'unknown user "u"\n  hint: did you mean "v"?',
  )
})

test('what a plugin threw is shown for debugging only; a full kernel memory has a hint', () => {
  const fault = named('Failure', { kind: 'plugin', hint: 'report it', cause: new TypeError('x is not a function') })
  expect(printError(fault, false)).toBe('something\n  hint: report it')
  expect(printError(fault, true)).toContain('exit.test.ts')
  expect(printError(named('KernelMemoryError'), false)).toContain('hint: the kernels have 4 GiB at most')
})

test('an internal error is one line and how to report it; the stack is printed for debugging', () => {
  const error = new TypeError('x is not a function\nof course')
  expect(printError(error, false)).toMatch(
    /^internal error: x is not a function\n {2}hint: report it [^\n]*RECSPEC_DEBUG=1[^\n]*$/,
  )
  expect(printError(error, true)).toContain('exit.test.ts')
})

test('the first interrupt stops after the step, the second ends the process', () => {
  let press = () => {}
  let ended: number | undefined
  const said: string[] = []
  const host = {
    onInterrupt: (listener: () => void) => {
      press = listener
      return () => {
        press = () => {}
      }
    },
    exit: (code: number) => {
      ended = code
    },
    err: (text: string) => said.push(text),
  } as unknown as Host
  const stop = watchInterrupt(host)
  stop.check()
  press()
  expect([stop.signal.aborted, ended, said.length]).toEqual([true, undefined, 1])
  expect(() => stop.check()).toThrow('nothing was written')
  press()
  expect(ended).toBe(130)
})
