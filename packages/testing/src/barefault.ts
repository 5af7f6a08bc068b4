import { type OperatorUse, operatorName } from '@recspec/core'

/** The sentence of a fault that `run` throws, without the place and the name of the operator; undefined for none. */
export const bareFault = (use: OperatorUse, run: () => void): string | undefined => {
  try {
    run()
    return undefined
  } catch (error) {
    const prefix = `${use.place}: ${operatorName(use.type, use.plugins)} `
    const { message } = error as Error
    return message.startsWith(prefix) ? message.slice(prefix.length) : message
  }
}
