import { againstNegatives } from './bilateral'

/**
 * Bilateral softmax of positives that count together: `target` is the log of the mean of e^(s / temperature) over them.
 */
export function bilateralMean(
  temperature: f64, weight: f64, scores: usize, count: i32, target: f64, slopes: usize,
): void {
  againstNegatives(temperature, weight, scores, count, target, slopes)
}
