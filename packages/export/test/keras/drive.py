"""Runs exported programs: for each folder the scores of its pairs.json, then training, into its out folder."""

import importlib
import json
import os
import sys
import traceback

import numpy as np


def run(folder):
    sys.path.insert(0, folder)
    for name in ("model", "batches", "score", "train"):
        sys.modules.pop(name, None)
    try:
        with open(os.path.join(folder, "case.json"), encoding="utf-8") as file:
            case = json.load(file)
        score = importlib.import_module("score")
        events = np.asarray(case["events"]) if case.get("events") else None
        found = score.scores(np.asarray(case["users"]), np.asarray(case["items"]), events)
        predicted = score.predictions(np.asarray(case["users"]), np.asarray(case["items"]), events)
        answer = {"scores": found.reshape(-1).tolist(), "predictions": predicted.reshape(-1).tolist()}
        losses = []
        if case["phases"]:
            train = importlib.import_module("train")
            for phase in case["phases"]:
                history = train.train(phase, case.get("epochs"), verbose=0)
                losses.append(history.history["loss"])
            train.model.save_weights_to(os.path.join(folder, "trained.safetensors"), keras="test", backend="test")
        answer["losses"] = losses
        return answer
    except Exception:
        return {"error": traceback.format_exc()}
    finally:
        sys.path.remove(folder)


for path in sys.argv[1:]:
    with open(os.path.join(path, "answer.json"), "w", encoding="utf-8") as file:
        json.dump(run(path), file)
