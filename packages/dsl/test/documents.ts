import { parse } from '../src/parse.js'

/** Documents that compile, between them every part of the language; texts, as a person writes them. */
export const documents: Readonly<Record<string, string>> = {
  /** No head ranks, and none has a target: there is nothing to measure by default. */
  unranked: `{
    "inputs": { "user": { "type": "id", "entity": "user" }, "item": { "type": "id", "entity": "item" } },
    "embeddings": { "p": { "input": "user", "dim": 4 }, "q": { "input": "item", "dim": 4 } },
    "ops": { "score": { "type": "dot", "inputs": ["p", "q"] } },
    "heads": { "liked": { "inputs": ["score"], "loss": { "type": "bpr" }, "ranks": false } },
    "solver": { "type": "sgd" }
  }`,

  rating: `{
    // biased matrix factorisation
    "recspec": 1,
    "inputs": { "user": { "type": "id", "entity": "user" }, "item": { "type": "id", "entity": "item" } },
    "embeddings": {
      "p": { "input": "user", "dim": 4, "l2": 0.05 }, "q": { "input": "item", "dim": 4 },
      "b": { "input": "item", "dim": 1, "init": "zeros", "nu": 0 },
    },
    "ops": {
      "match": { "type": "dot", "inputs": ["p", "q"] },
      "linear": { "type": "sum", "inputs": ["match", "b"] },
      "rating": { "type": "bias", "inputs": ["linear"], "init": "target-mean", "trainable": false }
    },
    "heads": { "stars": { "inputs": ["rating"], "target": { "column": "rating", "range": [1, 5] }, "loss": { "type": "mse" } } },
    "solver": { "type": "adam", "stop": { "metric": "rmse" } },
    "evaluation": { "split": { "type": "ratio", "share": 0.2 }, "metrics": ["rmse", "mse(rounded)"] }
  }`,
  towers: `{
    "inputs": {
      "seen": { "type": "history", "entity": "user" }, "age": { "type": "number", "entity": "user" },
      "item": { "type": "id", "entity": "item" }, "genres": { "type": "categories", "entity": "item", "column": "genre" }
    },
    "embeddings": {
      "h": { "input": "seen", "table": "q", "combine": "mean" },
      "q": { "input": "item", "dim": 6 }, "g": { "input": "genres", "dim": 3, "combine": "sum" }
    },
    "ops": {
      "viewer": { "type": "mlp", "inputs": ["h", "age"], "units": [8, 4], "normalize": "batch", "dropout": 0.5 },
      "video": { "type": "mlp", "inputs": ["q", "g"], "units": [4] },
      "score": { "type": "cosine", "inputs": ["viewer", "video"] }
    },
    "heads": { "watch": { "inputs": ["score"], "loss": { "type": "bpr", "negatives": { "count": 3, "sampler": "popularity" } } } },
    "solver": { "type": "sgd", "learningRate": { "type": "linear", "from": 0.1, "to": 0.01, "steps": 100 } },
    "evaluation": { "split": { "type": "leave-one-out" }, "candidates": { "type": "sampled", "count": 99 }, "metrics": ["hr@10"] }
  }`,
  phases: `{
    "name": "in phases",
    "inputs": { "user": { "type": "id", "entity": "user" }, "item": { "type": "id", "entity": "item" } },
    "embeddings": { "s": { "input": "user", "dim": 4 }, "t": { "input": "item", "dim": 4 } },
    "ops": {
      "main": { "type": "toy/pair", "inputs": ["user", "item"], "dim": 8 },
      "deep": { "type": "toy/towers", "inputs": ["s", "t"], "units": [4, 2] },
      "both": { "type": "residual", "inputs": ["main", "deep"], "gate": true }
    },
    "heads": {
      "first": { "inputs": ["main"], "loss": { "type": "bce", "negatives": 4 }, "ranks": false },
      "all": { "inputs": ["both"], "loss": { "type": "bce", "negatives": 4 }, "weight": 0.5 },
      "near": { "inputs": ["deep/left", "deep/right/hidden2"], "loss": { "type": "toy/gap" }, "ranks": false }
    },
    "solver": [
      { "type": "toy/exact", "heads": ["first"], "trains": ["main"] },
      { "type": "adam", "heads": ["all", "near"], "trains": ["s", "t", "deep", "both"], "epochs": 2 }
    ],
    "search": { "strategy": { "type": "grid" }, "metric": "ndcg@10", "parameters": {
      "dim": { "at": ["/ops/main/dim"], "values": [4, 8] }, "rate": { "at": ["/solver/1/learningRate"], "range": [0.001, 0.1], "scale": "log" } } }
  }`,
  classifier: `{
    "inputs": { "hour": { "type": "number", "entity": "event" }, "shop": { "type": "category", "entity": "event" }, "seen": { "type": "history", "entity": "user" } },
    "embeddings": { "w": { "input": "shop", "dim": 2 } },
    "ops": {
      "many": { "type": "toy/count", "inputs": ["seen"] },
      "score": { "type": "dense", "inputs": ["hour", "w", "many"], "units": 1 }
    },
    "heads": { "bought": { "inputs": ["score"], "target": { "column": "bought", "positive": true }, "loss": { "type": "bce" } } },
    "solver": { "type": "rmsprop" }
  }`,
  prototypes: `{
    "inputs": { "__proto__": { "type": "id", "entity": "user" }, "constructor": { "type": "id", "entity": "item" } },
    "embeddings": { "toString": { "input": "__proto__", "dim": 2 }, "hasOwnProperty": { "input": "constructor", "dim": 2 } },
    "ops": { "valueOf": { "type": "dot", "inputs": ["toString", "hasOwnProperty"] } },
    "heads": { "isPrototypeOf": { "inputs": ["valueOf"], "target": "__proto__", "loss": { "type": "mse" } } },
    "solver": { "type": "sgd", "heads": ["isPrototypeOf"], "trains": ["toString", "hasOwnProperty"] }
  }`,
}

/** A document's text as plain JSON, `__proto__` a key like any other. */
export const json = (text: string): unknown => JSON.parse(JSON.stringify(parse({ name: '', text }, [])))
