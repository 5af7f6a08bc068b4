/** The words of a command line: quotes keep blanks, a `#` after a blank begins a comment. */
const wordsOf = (line: string): string[] => {
  const words: string[] = []
  const bare = line.replace(/(^|\s)#.*$/, '')
  for (const [word] of bare.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g))
    words.push(word.replace(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double))
  return words
}

/** The commands of a block of shell lines, each as its words. */
export const commandsOf = (code: string): string[][] =>
  code
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .flatMap((line) => line.split(' && '))
    .map(wordsOf)
    .filter((words) => words.length > 0)
