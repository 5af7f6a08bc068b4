/** The document of a new project; it trains in seconds on the data of `recspec sample songs`. */
export const STARTER_DOCUMENT = `{
  "$schema": "./recspec.schema.json",
  "recspec": 1,
  "name": "songs",

  // the ids of regions (users) and songs (items)
  "inputs": {
    "region": { "type": "id", "entity": "user" },
    "song":   { "type": "id", "entity": "item" }
  },

  // a vector for each region and each song
  "embeddings": {
    "taste": { "input": "region", "dim": 16, "l2": 10, "nu": 0 },
    "sound": { "input": "song",   "dim": 16, "l2": 10, "nu": 0 }
  },

  // the score of a region and a song
  "ops": {
    "match": { "type": "dot", "inputs": ["taste", "sound"] }
  },

  // the score is fitted to 1 where the song was played, to 0 elsewhere; the weight grows with plays
  "heads": {
    "plays": {
      "inputs": ["match"],
      "target": "plays",
      "loss": { "type": "imf/weighted-squares", "alpha": 0.1 }
    }
  },

  // or { "type": "adam", "epochs": 5, "batchSize": 1024 }: the same objective by another solver
  "solver": { "type": "imf/als", "iterations": 10 },

  "evaluation": {
    "split": { "type": "per-user", "share": 0.2 },
    "metrics": ["ndcg@10", "recall@20"]
  }
}
`
