import type { HalfStep } from '@recspec/kernels'

export declare const ROWS: number
export declare const hardProblem: (part: number, rows?: number) => HalfStep
export declare const reference: (
  half: HalfStep,
  row: number,
) => { readonly x: number[]; readonly condition: number } | undefined
