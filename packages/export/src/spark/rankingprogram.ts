import { pythonString } from '../python.js'

/** What scores become before they are written, in this order. */
export interface ScoreScale {
  readonly constant: number
  /** σ of the score. */
  readonly probability: boolean
  readonly range?: readonly [low: number, high: number]
  readonly clip?: readonly [low: number, high: number]
}

/** What a program ranks. */
export interface SparkRanking {
  /** The name of the model. */
  readonly name: string
  readonly k: number
  readonly width: number
  readonly scale: ScoreScale
  /** Whether items have names. */
  readonly named: boolean
  /** Items of which every worker keeps the vectors at a time. */
  readonly block?: number
}

/** Items of which every worker keeps the vectors at a time: one block of at most 512 MB. */
const itemsPerBlock = (width: number): number => Math.max(1, Math.floor(2 ** 29 / (4 * Math.max(1, width))))

/**
 * A PySpark program that ranks items for every user: top-k of the products of their vectors. Arguments: a folder with
 * the Parquet tables users (id, seen, vector) and items (place, row, id, name, vector), and the table to write.
 */
export const rankingProgram = ({
  name,
  k,
  width,
  scale,
  named,
  block = itemsPerBlock(width),
}: SparkRanking): string => `\
"""Recommends ${k} items to every user of the model ${pythonString(name)}. Written by recspec.

spark-submit ranking.py FOLDER OUT

FOLDER has the Parquet tables users (id, seen, vector) and items (place, row, id, name, vector): places number the items
from 0, seen are rows to leave out. OUT becomes a folder of Parquet: user, item, ${named ? 'name, ' : ''}rank, score. Scores are products of vectors, summed in 32 bits in
the order of their numbers as recspec sums them, so that lists are those of one machine; equal scores are ranked by row.
"""

import json
import sys

import numpy as np
from pyspark.sql import SparkSession

K = ${k}
WIDTH = ${width}
# items whose vectors are sent to every worker at a time
ITEMS_PER_BLOCK = ${block}
# users whose scores a worker holds at a time
USERS_PER_BLOCK = 256
# candidates beyond K whose scores are summed in order
MARGIN = 32


def say(**what):
    print(json.dumps(what), flush=True)


def scores_in_order(users, items):
    """Products of each user [users, width] with its own items [users, n, width], summed lane by lane in 32 bits."""
    total = np.zeros(items.shape[:2], np.float32)
    for lane in range(WIDTH):
        total += users[:, lane, None] * items[:, :, lane]
    return total


def best(users, seen, vectors, rows):
    """The K best items of each user: rows and scores [users, k]; -1 where a list is shorter."""
    count = len(rows)
    hidden = np.zeros((len(users), count), bool)
    for user, own in enumerate(seen):
        places = np.searchsorted(rows, own)
        places = places[places < count]
        hidden[user, places[np.isin(rows[places], own)]] = True
    rough = users @ vectors.T
    rough[hidden] = -np.inf
    n = min(count, K + MARGIN)
    chosen = np.argpartition(-rough, n - 1, axis=1)[:, :n] if n < count else np.tile(np.arange(count), (len(users), 1))
    scores = scores_in_order(users, vectors[chosen])
    scores[np.take_along_axis(hidden, chosen, 1)] = -np.inf
    # what rounding can move a score by; a list that an item left out could enter is ranked whole
    error = 2.0**-22 * WIDTH * np.linalg.norm(users, axis=1) * np.linalg.norm(vectors, axis=1).max(initial=0)
    out_rows = np.full((len(users), K), -1, np.int64)
    out_scores = np.full((len(users), K), -np.inf, np.float32)
    for user in range(len(users)):
        own, own_scores = chosen[user], scores[user]
        if n < count:
            least = np.sort(own_scores)[-min(K, n)]
            cut = np.take_along_axis(rough[user], own, 0).min()
            if not least > cut + error[user]:
                own = np.arange(count)
                own_scores = scores_in_order(users[user : user + 1], vectors[None])[0]
                own_scores[hidden[user]] = -np.inf
        order = np.lexsort((rows[own], -own_scores))[:K]
        order = order[own_scores[order] > -np.inf]
        out_rows[user, : len(order)] = rows[own[order]]
        out_scores[user, : len(order)] = own_scores[order]
    return out_rows, out_scores


def in_target_scale(scores):
    value = scores.astype(np.float32)
${scaleLines(scale)}    return value


def main(folder, out):
    spark = SparkSession.builder.getOrCreate()
    context = spark.sparkContext
    say(spark=spark.version)
    users = spark.read.parquet(f"{folder}/users.parquet").rdd
    items = spark.read.parquet(f"{folder}/items.parquet").orderBy("place")
    count = items.count()
    lists = None
    for start in range(0, max(count, 1), ITEMS_PER_BLOCK):
        part = items.where(f"place >= {start} and place < {start + ITEMS_PER_BLOCK}").select("row", "vector").collect()
        rows = np.array([row[0] for row in part], np.int64)
        vectors = np.array([row[1] for row in part], np.float32).reshape(len(part), WIDTH)
        shared = context.broadcast((rows, vectors))

        def rank(partition, shared=shared):
            rows, vectors = shared.value
            block = []

            def flush():
                own = np.array([user[2] for user in block], np.float32).reshape(len(block), WIDTH)
                found, scores = best(own, [np.array(user[1] or [], np.int64) for user in block], vectors, rows)
                for user, list_rows, list_scores in zip(block, found, scores):
                    kept = list_rows >= 0
                    yield user[0], (list_rows[kept], list_scores[kept])

            for user in partition:
                block.append(user)
                if len(block) == USERS_PER_BLOCK:
                    yield from flush()
                    block = []
            if block:
                yield from flush()

        ranked = users.mapPartitions(rank)
        lists = ranked if lists is None else lists.union(ranked)

    def merged(a, b):
        rows, scores = np.concatenate([a[0], b[0]]), np.concatenate([a[1], b[1]])
        order = np.lexsort((rows, -scores))[:K]
        return rows[order], scores[order]

    if count > ITEMS_PER_BLOCK:
        lists = lists.reduceByKey(merged)
    names = context.broadcast({row["row"]: (row["id"], row["name"]) for row in items.select("row", "id", "name").collect()})

    def answers(entry):
        user, (rows, scores) = entry
        for rank, (row, score) in enumerate(zip(rows, in_target_scale(scores)), 1):
            id, name = names.value[int(row)]
            yield user, id, ${named ? 'name, ' : ''}rank, float(score)

    table = spark.createDataFrame(
        lists.flatMap(answers), "user string, item string, ${named ? 'name string, ' : ''}rank int, score float"
    )
    table.write.mode("overwrite").parquet(out)
    say(done=True)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:3])
`

/** Lines of Python that bring scores into the scale of the target, in 64 bits and then rounded. */
const scaleLines = ({ constant, probability, range, clip }: ScoreScale): string =>
  [
    `value = (value.astype(np.float64) + ${constant}).astype(np.float32).astype(np.float64)`,
    ...(probability ? ['value = 1 / (1 + np.exp(-value))'] : []),
    ...(range ? [`value = ${range[0]} + value * ${range[1] - range[0]}`] : []),
    ...(clip ? [`value = np.minimum(${clip[1]}, np.maximum(${clip[0]}, value))`] : []),
    'value = value.astype(np.float32)',
  ]
    .map((line) => `    ${line}\n`)
    .join('')
