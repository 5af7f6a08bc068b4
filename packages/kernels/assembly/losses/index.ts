import { absolute } from './absolute'
import { bpr } from './bpr'
import { ccl } from './ccl'
import { logistic } from './logistic'
import { softmax } from './softmax'
import { squares } from './squares'
import { warp } from './warp'

/** Adds the loss of one example's scores, its own first, and writes the slope of each. Codes are those of src/wasm/losses.ts. */
// @ts-ignore: decorator
@inline
export function judge(code: i32, first: f64, second: f64, scores: usize, count: i32, target: f64, slopes: usize): void {
  switch (code) {
    case 0: squares(scores, count, target, slopes); break
    case 1: absolute(scores, count, target, slopes); break
    case 2: logistic(scores, count, target, slopes); break
    case 3: bpr(scores, count, slopes); break
    case 4: ccl(first, second, scores, count, slopes); break
    case 5: softmax(first, scores, count, slopes); break
    default: warp(first, second, scores, count, slopes)
  }
}
