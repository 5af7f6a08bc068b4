/** A metric with four decimals, so that a column of them lines up; a dash where it is not defined. */
export const metricText = (value: number | undefined): string =>
  value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(4)

/** A difference with its sign. */
export const signedText = (value: number): string =>
  (value > 0 ? '+' : value < 0 ? '−' : '') + metricText(Math.abs(value))

/** A count with grouped thousands. */
export const countText = (value: number): string => value.toLocaleString('en-US')

/** A p-value with three decimals, and how small where that says more. */
export const pText = (p: number | undefined): string =>
  p === undefined || Number.isNaN(p) ? '–' : p < 0.001 ? '< 0.001' : p.toFixed(3)
