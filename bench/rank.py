"""The peer of rank.js: numpy's product and argpartition, in blocks of 1,000 users, on the vectors that rank.js wrote.

    python rank.py FOLDER USERS ITEMS DIM K THREADS

Prints one JSON object: seconds, and the lists of the first 100 users.
"""

import json
import os
import sys
import time

folder, *sizes = sys.argv[1:]
users, items, dim, k, threads = map(int, sizes)
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(threads)

import numpy as np  # noqa: E402  (after the number of threads)

queries = np.fromfile(f"{folder}/users.bin", np.float32).reshape(users, dim)
rows = np.fromfile(f"{folder}/items.bin", np.float32).reshape(items, dim)


def rank() -> np.ndarray:
    best = np.empty((users, k), np.int64)
    for start in range(0, users, 1000):
        scores = queries[start : start + 1000] @ rows.T
        part = np.argpartition(-scores, k, axis=1)[:, :k]
        order = np.argsort(-np.take_along_axis(scores, part, axis=1), axis=1)
        best[start : start + 1000] = np.take_along_axis(part, order, axis=1)
    return best


rank()
begin = time.perf_counter()
best = rank()
print(json.dumps({"seconds": time.perf_counter() - begin, "lists": best[:100].tolist()}))
