import type { Outcome } from '@recspec/core'

/** How a phase ended, if it stopped early or kept an earlier epoch; else nothing. */
export const outcomeText = ({ solver, epoch, epochs, best }: Outcome): string => {
  const early = epoch < epochs
  if (best !== undefined)
    return `${solver} ${early ? 'stopped after' : 'ran to'} epoch ${epoch} of ${epochs}; kept epoch ${best}, the best\n`
  return early ? `${solver} stopped after epoch ${epoch} of ${epochs}\n` : ''
}
