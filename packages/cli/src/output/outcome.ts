import type { Outcome } from '@recspec/core'

/** What a person should know of how a phase ended: that it stopped early, and which epoch it kept; else nothing. */
export const outcomeText = ({ solver, epoch, epochs, best }: Outcome): string => {
  const early = epoch < epochs
  if (best !== undefined)
    return `${solver} ${early ? 'stopped after' : 'ran to'} epoch ${epoch} of ${epochs}; kept epoch ${best}, the best\n`
  return early ? `${solver} stopped after epoch ${epoch} of ${epochs}\n` : ''
}
