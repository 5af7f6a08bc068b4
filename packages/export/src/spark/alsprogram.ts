import { pythonString } from '../python.js'
import type { SparkAls } from './als.js'
import type { SparkSettings } from './settings.js'

/**
 * A PySpark program that trains a factorization with MLlib. Arguments: the table of cells, the table of padding (empty
 * where there is none), a folder for factors, and a folder for checkpoints. It prints a line of JSON for every
 * iteration.
 */
export const alsProgram = (name: string, als: SparkAls, settings: SparkSettings): string => `\
"""Trains ${pythonString(name)} with Spark MLlib. Written by recspec.

spark-submit als.py CELLS PADDING FACTORS CHECKPOINTS

CELLS is Parquet with the columns user, item and rating; ids are numbers of rows, from 1. FACTORS becomes a folder with
the Parquet tables user and item: id, features. ${als.implicit ? IMPLICIT : EXPLICIT}
"""

import json
import sys
import threading

from pyspark.ml.recommendation import ALS
from pyspark.sql import SparkSession, functions

RANK = ${als.rank}
ITERATIONS = ${als.iterations}
# Spark multiplies it by the number of ${als.implicit ? 'positive ' : ''}cells of a row
REG_PARAM = ${als.regParam}
BLOCKS = ${settings.blocks}


def say(**what):
    print(json.dumps(what), flush=True)


def show_iterations(context, over):
    """Prints a line for every iteration: a half-step ends with one shuffle of the factors that it solved."""
    tracker, open_stages, done, told = context.statusTracker(), set(), set(), 0
    while not over.wait(0.5):
        for job in tracker.getJobIdsForGroup(None):
            info = tracker.getJobInfo(job)
            open_stages.update(stage for stage in (info.stageIds if info else []) if stage not in done)
        for stage in sorted(open_stages):
            info = tracker.getStageInfo(stage)
            if info and info.numTasks > 0 and info.numCompletedTasks == info.numTasks:
                open_stages.discard(stage)
                if info.name.startswith("flatMap at ALS"):
                    done.add(stage)
        iteration = min(ITERATIONS, len(done) // 2)
        if iteration > told:
            told = iteration
            say(iteration=iteration)


def main(cells_path, padding_path, factors_path, checkpoints_path):
    spark = SparkSession.builder.getOrCreate()
    context = spark.sparkContext
    context.setCheckpointDir(checkpoints_path)
    say(spark=spark.version)

    cells = spark.read.parquet(cells_path)
${als.padding ? PADDING : ''}    als = ALS(
        rank=RANK,
        maxIter=ITERATIONS,
        regParam=REG_PARAM,
        implicitPrefs=${als.implicit ? 'True' : 'False'},
        alpha=1.0,
        numUserBlocks=BLOCKS,
        numItemBlocks=BLOCKS,
        checkpointInterval=${settings.checkpointInterval},
        intermediateStorageLevel=${pythonString(settings.storageLevel)},
        finalStorageLevel=${pythonString(settings.storageLevel)},
        seed=int(sys.argv[5]) if len(sys.argv) > 5 else 0,
    )
    over = threading.Event()
    watcher = threading.Thread(target=show_iterations, args=(context, over), daemon=True)
    watcher.start()
    model = als.fit(cells)
    for side, factors in (("user", model.userFactors), ("item", model.itemFactors)):
        factors.where("id > 0").write.mode("overwrite").parquet(f"{factors_path}/{side}")
    over.set()
    watcher.join()
    say(done=True)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:5])
`

const EXPLICIT = 'The objective is the sum over cells of (user · item − rating)².'
const IMPLICIT =
  'The objective is the sum over all\npairs of c (user · item − p)², where c is 1 + |rating| and p is 1 where the rating is positive.'

const PADDING = `\
    # ratings of 0 with row 0 of the other side, which they keep at zero: they add to the count of a row, and nothing else
    padding = spark.read.parquet(padding_path).select(
        "user", "item", functions.explode(functions.sequence(functions.lit(1), "count")).alias("copy")
    )
    cells = cells.union(padding.select("user", "item", functions.lit(0.0).cast("float").alias("rating")))
`
