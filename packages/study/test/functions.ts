import type { SearchParameter, Settings } from '../src/index.js'

/** A function to be minimized, as test/optuna/runs.py has it, and its space. */
export interface KnownFunction {
  readonly parameters: Readonly<Record<string, SearchParameter>>
  value(settings: Settings): number
}

const range = (low: number, high: number, scale: 'linear' | 'log' = 'linear', integer = false): SearchParameter => ({
  at: [],
  range: [low, high],
  scale,
  integer,
})

const numberOf = (settings: Settings, name: string) => settings[name] as number

const A6 = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
]
const P6 = [
  [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
  [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]
const C6 = [1, 1.2, 3, 3.2]

/** The functions by their names in test/optuna/runs.json. */
export const functions: Readonly<Record<string, KnownFunction>> = {
  tuning: {
    parameters: {
      rate: range(1e-5, 1, 'log'),
      l2: range(1e-6, 1, 'log'),
      dim: range(4, 128, 'linear', true),
      solver: { at: [], values: ['adam', 'sgd', 'adagrad'] },
    },
    value: (settings) =>
      (Math.log10(numberOf(settings, 'rate')) + 2.5) ** 2 +
      0.5 * (Math.log10(numberOf(settings, 'l2')) + 3) ** 2 +
      ((numberOf(settings, 'dim') - 48) / 32) ** 2 +
      { adam: 0, sgd: 0.5, adagrad: 0.25 }[settings['solver'] as 'adam' | 'sgd' | 'adagrad'],
  },
  branin: {
    parameters: { x: range(-5, 10), y: range(0, 15) },
    value: (settings) => {
      const [x, y] = [numberOf(settings, 'x'), numberOf(settings, 'y')]
      const bowl = (y - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6) ** 2
      return bowl + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10
    },
  },
  hartmann: {
    parameters: {
      ...Object.fromEntries([0, 1, 2, 3, 4, 5].map((i) => [`x${i}`, range(0, 1)])),
      shift: { at: [], values: ['c', 'a', 'd', 'b'] },
    },
    value: (settings) => {
      const inner = A6.map((row, at) =>
        row.reduce((sum, a, i) => sum + a * (numberOf(settings, `x${i}`) - P6[at]![i]!) ** 2, 0),
      )
      const shift = { a: 0, b: 0.2, c: 0.4, d: 0.6 }[settings['shift'] as 'a' | 'b' | 'c' | 'd']
      return shift - C6.reduce((sum, c, at) => sum + c * Math.exp(-inner[at]!), 0)
    },
  },
}
