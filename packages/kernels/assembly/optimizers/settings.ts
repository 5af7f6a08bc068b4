/** The optimizer of this instance: its code and parameters. */
export let code: i32 = 0
export let first: f32 = 0, second: f32 = 0, third: f32 = 0
/** 1 − first and 1 − second, subtracted in float64. */
export let firstRest: f32 = 0, secondRest: f32 = 0
/** Of the current step: the learning rate over Adam's first bias correction, and 1 over its second. */
export let stepSize: f32 = 0, varianceScale: f32 = 0

/** The least divisor of a gradient. */
export const MIN_DIVISOR: f32 = 1e-19

/** Moments nearer to 0 than this become 0 in dense Adam: subnormal numbers are slow, and the smallest never shrink. */
const FADED: f32 = 1e-37

/** Four moments, those below 1e-37 set to 0. */
// @ts-ignore: decorator
@inline
export function fade(x: v128): v128 {
  return v128.and(x, f32x4.ge(f32x4.abs(x), f32x4.splat(FADED)))
}

/** One moment, set to 0 below 1e-37. */
// @ts-ignore: decorator
@inline
export function fadeNumber(x: f32): f32 {
  return abs(x) >= FADED ? x : 0
}

/**
 * Sets the optimizer of this instance: a code of index.generated.ts, its parameters, and the sizes of the current step.
 */
export function setOptimizer(optimizer: i32, a: f64, b: f64, c: f64, size: f32, scale: f32): void {
  code = optimizer
  first = <f32>a
  second = <f32>b
  third = <f32>c
  firstRest = <f32>(1 - a)
  secondRest = <f32>(1 - b)
  setStep(size, scale)
}

/** Sets the sizes of the current step. */
export function setStep(size: f32, scale: f32): void {
  stepSize = size
  varianceScale = scale
}
