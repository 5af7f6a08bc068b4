/** The rule in force in this instance: its code, parameters, rate over Adam's first correction, and its second. */
export let code: i32 = 0
export let first: f32 = 0, second: f32 = 0, third: f32 = 0
/** 1 − first and 1 − second, subtracted before they were rounded. */
export let firstRest: f32 = 0, secondRest: f32 = 0
export let pace: f32 = 0, scale: f32 = 0

/** The least divisor of a gradient, as in the twins. */
export const LEAST: f32 = 1e-19

/** Moments nearer to 0 than this are 0: below it numbers are slow, and the smallest never shrink. */
const FADED: f32 = 1e-37

// @ts-ignore: decorator
@inline
export function fade(x: v128): v128 {
  return v128.and(x, f32x4.ge(f32x4.abs(x), f32x4.splat(FADED)))
}

// @ts-ignore: decorator
@inline
export function fadeNumber(x: f32): f32 {
  return abs(x) >= FADED ? x : 0
}

export function choose(rule: i32, a: f64, b: f64, c: f64): void {
  code = rule
  first = <f32>a
  second = <f32>b
  third = <f32>c
  firstRest = <f32>(1 - a)
  secondRest = <f32>(1 - b)
}

export function correct(rate: f32, factor: f32): void {
  pace = rate
  scale = factor
}
