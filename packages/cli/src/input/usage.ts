import type { CommanderError } from 'commander'
import { failure } from '../exit.js'

/** An error of commander in the form of all other messages. */
export const usageError = ({ message, code }: CommanderError) => {
  const [first = '', suggestion] = message.split('\n')
  const text = first
    .replace(/^error: /, '')
    .replace(/'([^']*)'/g, '"$1"')
    .replace(/\.$/, '')
  const near = /^\(Did you mean (?:one of )?(.*?)\?\)$/.exec(suggestion ?? '')?.[1]
  const hint = near ? `did you mean ${near}?` : HINTS.get(code)
  return failure('document', text, hint ?? 'recspec help <command> lists arguments and options')
}

const HINTS: ReadonlyMap<string, string> = new Map([
  ['commander.unknownCommand', 'recspec help lists the commands'],
  ['commander.excessArguments', 'an argument with spaces needs quotes'],
])
