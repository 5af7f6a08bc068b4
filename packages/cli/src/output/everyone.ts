import { resolve } from 'node:path'
import type { Model } from '@recspec/core'
import { type TableBlock, type TableColumn, writeTable } from '@recspec/data'
import { answer, type Context } from '../context.js'
import type { Host } from '../host.js'
import { namesOf } from '../input/entity.js'
import { checkDestination } from './destination.js'
import { formatCount, formatDuration } from './table.js'

interface Everyone {
  readonly out: string
  readonly k: number
  readonly seen: boolean
  readonly among?: Int32Array
  readonly json?: true
}

/** Says how many users have no list, where there are some. */
export const tellLeftOut = (host: Host, leftOut: number): void => {
  if (leftOut > 0) host.err(`left out ${formatCount(leftOut)} users of whom the model knows nothing\n`)
}

/** Writes the best items of every user of whom the model knows something: a row for each user and item. */
export const recommendEveryone = async (
  context: Context,
  model: Model,
  { out, k, json, ...options }: Everyone,
): Promise<void> => {
  const { host } = context
  const path = resolve(host.cwd, out)
  await checkDestination(path, `--out ${out}`)
  const start = performance.now()
  const names = model.items.nameColumn === undefined ? undefined : namesOf(model.items)
  const columns: readonly TableColumn[] = [
    { name: 'user', type: 'text' },
    { name: 'item', type: 'text' },
    ...(names ? ([{ name: 'name', type: 'text' }] as const) : []),
    { name: 'rank', type: 'integer' },
    { name: 'score', type: 'float' },
  ]
  let users = 0
  async function* blocks(): AsyncGenerator<TableBlock> {
    for await (const { users: block, items, scores } of model.recommendAll(k, options)) {
      users += block.length
      const width = items.length / block.length
      const places = Int32Array.from(items.keys()).filter((place) => items[place]! >= 0)
      yield [
        Array.from(places, (place) => model.users.ids.at(block[Math.floor(place / width)]!)),
        Array.from(places, (place) => model.items.ids.at(items[place]!)),
        ...(names ? [Array.from(places, (place) => names.nameOf(items[place]!) ?? null)] : []),
        Array.from(places, (place) => (place % width) + 1),
        Array.from(places, (place) => scores[place]!),
      ]
    }
  }
  const rows = await writeTable(path, columns, blocks())
  const seconds = (performance.now() - start) / 1000
  const leftOut = model.users.ids.count - users
  if (json) return answer(context, { users, leftOut, rows, seconds, out })
  tellLeftOut(host, leftOut)
  host.out(`recommended ${formatCount(rows)} items to ${formatCount(users)} users in ${formatDuration(seconds)}\n`)
  host.out(`saved ${out}\n`)
}
