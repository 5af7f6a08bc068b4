// node node.js save FILE: writes a model. node node.js answer FILE OPTIONS: prints the answers of this process.
import { readFile, writeFile } from 'node:fs/promises'
import { answersOf, modelFile } from './recommender.js'

const [task, file, options] = process.argv.slice(2)
if (task === 'save') await writeFile(file, await modelFile())
else console.log(JSON.stringify(await answersOf(await readFile(file), JSON.parse(options))))
