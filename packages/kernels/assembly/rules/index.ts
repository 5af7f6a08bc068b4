import { adagrad } from './adagrad'
import { adam, denseAdam } from './adam'
import { rmsprop } from './rmsprop'
import { choose, code, correct } from './settings'
import { sgd } from './sgd'

/** Sets the rule of this instance: a code of the order in src/wasm/rules.ts, its parameters, the rate and Adam's corrections. */
export function follow(rule: i32, a: f64, b: f64, c: f64, pace: f32, scale: f32): void {
  choose(rule, a, b, c)
  correct(pace, scale)
}

/** The row moves along −(slope · other + penalty · row); `bytes` is its width. */
// @ts-ignore: decorator
@inline
export function move(row: usize, other: usize, slope: f32, penalty: f32, state: usize, bytes: usize): void {
  switch (code) {
    case 0: sgd(row, other, slope, penalty, state, bytes); break
    case 1: adagrad(row, other, slope, penalty, state, bytes); break
    case 2: adam(row, other, slope, penalty, state, bytes); break
    case 3: rmsprop(row, other, slope, penalty, state, bytes); break
    default: denseAdam(row, other, slope, penalty, state, bytes)
  }
}
