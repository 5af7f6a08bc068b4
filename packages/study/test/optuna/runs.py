"""Stores how many trials Optuna's TPE needs to reach a target, seed by seed: python3 runs.py (pip install optuna==4.6.0).

packages/study/test/functions.ts has the same functions; the tests read runs.json only.
"""

import json
import math
import pathlib

import optuna

SEEDS = 20
MOST = 500

A6 = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
P6 = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]
C6 = [1.0, 1.2, 3.0, 3.2]


def tuning(trial):
    """What settings of a model look like: two ranges in log scale, a whole number, a choice."""
    rate = math.log10(trial.suggest_float("rate", 1e-5, 1, log=True))
    l2 = math.log10(trial.suggest_float("l2", 1e-6, 1, log=True))
    dim = trial.suggest_int("dim", 4, 128)
    solver = trial.suggest_categorical("solver", ["adam", "sgd", "adagrad"])
    extra = {"adam": 0.0, "sgd": 0.5, "adagrad": 0.25}[solver]
    return (rate + 2.5) ** 2 + 0.5 * (l2 + 3) ** 2 + ((dim - 48) / 32) ** 2 + extra


def branin(trial):
    x = trial.suggest_float("x", -5, 10)
    y = trial.suggest_float("y", 0, 15)
    bowl = (y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6) ** 2
    return bowl + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def hartmann(trial):
    """Hartmann's function of six numbers, with a choice that adds to it."""
    x = [trial.suggest_float(f"x{i}", 0, 1) for i in range(6)]
    shift = {"a": 0.0, "b": 0.2, "c": 0.4, "d": 0.6}[trial.suggest_categorical("shift", ["c", "a", "d", "b"])]
    inner = [sum(a * (v - p) ** 2 for a, v, p in zip(row, x, at)) for row, at in zip(A6, P6)]
    return shift - sum(c * math.exp(-one) for c, one in zip(C6, inner))


FUNCTIONS = {"tuning": (tuning, 0.05), "branin": (branin, 0.45), "hartmann": (hartmann, -2.75)}


def trials_to(function, target, seed):
    """The number of the first trial, from 1, that reaches the target; MOST + 1 where none does."""
    sampler = optuna.samplers.TPESampler(multivariate=True, n_startup_trials=10, seed=seed)
    study = optuna.create_study(sampler=sampler)
    for number in range(1, MOST + 1):
        trial = study.ask()
        value = function(trial)
        study.tell(trial, value)
        if value <= target:
            return number
    return MOST + 1


if __name__ == "__main__":
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    runs = {}
    for name, (function, target) in FUNCTIONS.items():
        runs[name] = {"target": target, "trials": [trials_to(function, target, seed) for seed in range(SEEDS)]}
        print(name, sorted(runs[name]["trials"]), flush=True)
    stored = {"optuna": optuna.__version__, "most": MOST, "sampler": "TPESampler(multivariate=True)", "runs": runs}
    path = pathlib.Path(__file__).with_name("runs.json")
    path.write_text(json.dumps(stored, indent=2) + "\n")
