import type { lossCodes, optimizerCodes } from '../src/boundary.generated.js'
import { absolute, bilateral, bilateralMean, bpr, ccl, logistic, softmax, squares, warp } from '../src/losses/index.js'
import type { FusedLoss } from '../src/losses/loss.js'
import { adagrad, adam, denseAdam, rmsprop, sgd } from '../src/optimizers/index.js'
import { type Optimizer, updatesUnreadRows } from '../src/optimizers/optimizer.js'

/** Items of a catalogue that `warp` ranks. */
export const OTHERS = 88

/** The losses that tests run: each kernel needs an entry. */
export const lossCases: Readonly<Record<keyof typeof lossCodes, FusedLoss>> = {
  squares,
  absolute,
  logistic,
  bpr,
  bilateral: bilateral(4, 1.1),
  bilateralMean: bilateralMean(8, 1.1),
  ccl: ccl(0.1, 2),
  softmax: softmax(0.5),
  warp: warp(1, OTHERS),
}

/** The optimizers that tests run, by variant: each kernel needs an entry. */
export const optimizerCases: Readonly<Record<keyof typeof optimizerCodes, Readonly<Record<string, Optimizer>>>> = {
  sgd: { plain: sgd(), momentum: sgd(0.5) },
  adagrad: { 'row-wise': adagrad(1e-7, 0.1), elementwise: adagrad(1e-7, 0.1, true) },
  adam: { default: adam() },
  denseAdam: { default: denseAdam() },
  rmsprop: { plain: rmsprop(0.9, 1e-3), momentum: rmsprop(0.9, 1e-3, 0.5) },
}

/** Every loss that has a kernel. */
export const losses: readonly FusedLoss[] = Object.values(lossCases)

/** Every optimizer and variant: its name and itself. */
export const optimizers: readonly (readonly [name: string, optimizer: Optimizer])[] = Object.entries(
  optimizerCases,
).flatMap(([name, variants]) =>
  Object.entries(variants).map(([variant, optimizer]) => [`${name}, ${variant}`, optimizer] as const),
)

/** The optimizers that train one example at a time: those that leave unread rows alone. */
export const lazyOptimizers = optimizers.filter(([, optimizer]) => !updatesUnreadRows(optimizer))
