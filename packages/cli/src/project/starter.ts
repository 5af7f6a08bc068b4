/** The document of a new project: it fits the songs that `recspec sample songs` makes, and trains in seconds. */
export const STARTER_DOCUMENT = `{
  "$schema": "./recspec.schema.json",
  "recspec": 1,
  "name": "songs",

  // what is read: the ids of regions (users) and songs (items)
  "inputs": {
    "region": { "type": "id", "entity": "user" },
    "song":   { "type": "id", "entity": "item" }
  },

  // a row of numbers for each of them
  "embeddings": {
    "taste": { "input": "region", "dim": 16, "l2": 10, "nu": 0 },
    "sound": { "input": "song",   "dim": 16, "l2": 10, "nu": 0 }
  },

  // how the two meet
  "ops": {
    "match": { "type": "dot", "inputs": ["taste", "sound"] }
  },

  // every pair is pulled to 1 where the song was played and to 0 elsewhere; more plays pull harder
  "heads": {
    "plays": {
      "inputs": ["match"],
      "target": "plays",
      "loss": { "type": "imf/weighted-squares", "alpha": 0.1 }
    }
  },

  // try { "type": "adam", "epochs": 5, "batchSize": 1024 }: the same objective by another solver
  "solver": { "type": "imf/als", "iterations": 10 },

  "evaluation": {
    "split": { "type": "per-user", "share": 0.2 },
    "metrics": ["ndcg@10", "recall@20"]
  }
}
`
