import { type Events, Failure, type Model } from '@recspec/core'
import type { RecommendedItem, RecommendedList, ReportedUser } from '@recspec/report'
import { namesOf } from '../input/entity.js'
import { eventsOf, type ReportSource } from './model.js'

/** Users that are shown: at these places in the order of their number of interactions. */
const SHARES = [0.1, 0.5, 0.95]
const HISTORY = 10
const LIST = 8
/** Interactions that are named as the reason of a recommendation. */
const REASONS = 2

/** Ids of a few users of the test rows with few, some and many interactions. */
export const shownUsers = ({ model, known, test }: ReportSource): readonly string[] => {
  const counts = eventsOf((known ?? test)?.user ?? new Int32Array(0), model.users.ids.count)
  const tested = [...new Set(test?.user ?? [])].filter((user) => user >= 0 && counts[user]! > 0)
  const order = tested.sort((a, b) => counts[a]! - counts[b]! || a - b)
  const chosen = SHARES.map((share) => order[Math.floor(share * (order.length - 1))]).filter(
    (user) => user !== undefined,
  )
  return [...new Set(chosen)].map((user) => model.users.ids.at(user))
}

/** A user with their last interactions; lists are added model by model. */
export const reportedUser = ({ model, known }: ReportSource, id: string): Omit<ReportedUser, 'lists'> => {
  const user = model.users.ids.indexOf(id)
  const name = namesOf(model.users).nameOf(user) ?? id
  if (!known) return { name, history: [] }
  const rows = rowsOf(known, user)
  const newest = known.time ? [...rows].sort((a, b) => known.time![b]! - known.time![a]! || b - a) : [...rows].reverse()
  const nameOf = namer(model)
  return {
    name,
    events: rows.length,
    history: newest.slice(0, HISTORY).map((row) => nameOf(known.item[row]!)),
  }
}

/** What a model recommends to a user, and why. */
export const recommendedList = async (source: ReportSource, id: string): Promise<RecommendedList> => {
  const { name: model, model: answering, test } = source
  const user = answering.users.ids.indexOf(id)
  if (user < 0) return { model, items: [], note: 'The model does not know this user.' }
  const held = new Set(test ? rowsOf(test, user).map((row) => test.item[row]!) : [])
  try {
    const ranked = await answering.recommend(user, LIST)
    const { reasons, note } = reasonsOf(
      answering,
      user,
      ranked.map(({ index }) => index),
    )
    const name = namer(answering)
    const items: readonly RecommendedItem[] = ranked.map(({ index }, place) => ({
      name: name(index),
      held: held.has(index),
      because: reasons[place] ?? [],
    }))
    return { model, items, ...(note === undefined ? {} : { note }) }
  } catch (error) {
    return { model, items: [], note: `There is no list: ${sentenceOf(error)}.` }
  }
}

/** The interactions behind each item; a note where the model cannot say. */
const reasonsOf = (
  model: Model,
  user: number,
  items: readonly number[],
): { readonly reasons: readonly (readonly string[])[]; readonly note?: string } => {
  const name = namer(model)
  try {
    return {
      reasons: items.map((item) =>
        model
          .why(user, item)
          .because.filter(({ score }) => score > 0)
          .slice(0, REASONS)
          .map(({ index }) => name(index)),
      ),
    }
  } catch (error) {
    return { reasons: [], note: `Not explained: ${sentenceOf(error)}.` }
  }
}

/** The sentence of a Failure; another error is thrown on. */
const sentenceOf = (error: unknown): string => {
  if (!(error instanceof Failure)) throw error
  return error.message
}

const namer = ({ items }: Model) => {
  const names = namesOf(items)
  return (item: number): string => (item < 0 ? 'an unknown item' : (names.nameOf(item) ?? items.ids.at(item)))
}

const rowsOf = ({ user: users }: Events, user: number): Int32Array =>
  Int32Array.from(users.keys()).filter((row) => users[row] === user)
