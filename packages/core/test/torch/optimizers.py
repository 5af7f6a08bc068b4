"""Three steps of every optimizer by torch.optim, in float64.

recspec -> PyTorch:
- sgd: momentum without dampening -> SGD(momentum);
- adagrad: elementwise -> Adagrad(eps, initial_accumulator_value); its tables have one accumulator per row, the mean of
  the squares, which PyTorch does not have: equal where rows are one number wide;
- adam, denseAdam -> Adam(betas, eps) where every row is read; adam with rows unread -> SparseAdam;
- rmsprop: decay -> RMSprop(alpha);
- weightDecay -> AdamW(weight_decay); clipNorm -> clip_grad_norm_.
"""

import torch
from torch.nn import functional as F

from given import numbers, stored

STEPS = 3
torch.sparse.check_sparse_tensor_invariants.enable()
# far below the roots of second moments: SparseAdam adds it before it corrects them
TINY = 1e-8


def made(name: str, parameters: list, rate: float, weights: list[torch.Tensor], sparse: bool = False):
    """The optimizer of PyTorch for the parameters of a rule of recspec's kernels."""
    if name == "sgd":
        return torch.optim.SGD(weights, rate, momentum=parameters[0])
    if name == "adagrad":
        return torch.optim.Adagrad(weights, rate, initial_accumulator_value=parameters[1], eps=parameters[0])
    if name == "rmsprop":
        decay, epsilon, momentum = parameters
        return torch.optim.RMSprop(weights, rate, alpha=decay, eps=epsilon, momentum=momentum)
    beta1, beta2, epsilon = parameters
    adam = torch.optim.SparseAdam if sparse else torch.optim.Adam
    return adam(weights, rate, betas=(beta1, beta2), eps=epsilon)


def rule(name: str, parameters: list, rate: float, rows: list[list[int]] | None = None) -> dict:
    """Steps of a table [4, 5] along given gradients; `rows` are those that each step reads, by default all."""
    table = numbers(4, 5, seed=1).requires_grad_()
    start = stored(table)
    optimizer = made(name, parameters, rate, [table], sparse=rows is not None)
    steps = []
    for step in range(STEPS):
        read = rows[step] if rows else [0, 1, 2, 3]
        slopes = numbers(len(read), 5, seed=2 + step)
        table.grad = torch.sparse_coo_tensor([read], slopes, table.shape).coalesce() if rows else slopes
        optimizer.step()
        steps.append({"rows": read, "gradients": stored(slopes), "values": stored(table)})
    return {"optimizer": name, "parameters": parameters, "rate": rate, "start": start, "steps": steps}


def rules() -> list[dict]:
    read = [[0, 2], [1, 2], [0, 1]]
    return [
        rule("sgd", [0], 0.1),
        rule("sgd", [0.6], 0.1),
        rule("sgd", [0], 0.1, read),
        rule("adagrad", [1e-3, 0.25, True], 0.1),
        rule("adagrad", [1e-8, 0, True], 0.05),
        rule("adagrad", [1e-3, 0.25, True], 0.1, read),
        rule("adam", [0.9, 0.999, 1e-8], 0.01),
        rule("adam", [0.8, 0.95, 1e-3], 0.1),
        rule("adam", [0.8, 0.95, TINY], 0.1, read),
        rule("denseAdam", [0.9, 0.999, 1e-8], 0.01),
        rule("denseAdam", [0.8, 0.95, 1e-3], 0.1),
        rule("rmsprop", [0.9, 1e-8, 0], 0.01),
        rule("rmsprop", [0.7, 1e-3, 0.5], 0.1),
    ]


EVENTS = {
    "user": [0, 1, 2, 0, 1, 2, 2],
    "item": [0, 1, 2, 3, 0, 1, 3],
    "rating": [3, 1.5, 4, 2, 5, 1, 2.5],
}


def network(weights: dict[str, torch.Tensor]) -> torch.Tensor:
    """Two tables, a hidden layer of tanh, a score."""
    x = torch.cat([weights["p"][EVENTS["user"]], weights["q"][EVENTS["item"]]], 1)
    hidden = torch.tanh(F.linear(x, weights["hidden.kernel"].T, weights["hidden.bias"]))
    return F.linear(hidden, weights["score.kernel"].T, weights["score.bias"]).squeeze(1)


def factors(weights: dict[str, torch.Tensor]) -> torch.Tensor:
    """A dot product."""
    return (weights["p"][EVENTS["user"]] * weights["q"][EVENTS["item"]]).sum(1)


MODELS = {"network": network, "factors": factors}


def fitted(model: str, solver: dict, dim: int, optimizer) -> dict:
    """Three steps of a model on the mean squared error of all events at once."""
    shapes = {"p": [3, dim], "q": [4, dim]}
    if model == "network":
        shapes |= {"hidden.kernel": [2 * dim, 3], "hidden.bias": [3], "score.kernel": [3, 1], "score.bias": [1]}
    weights = {name: numbers(*shape, seed=30 + k).requires_grad_() for k, (name, shape) in enumerate(shapes.items())}
    start = {name: stored(tensor) for name, tensor in weights.items()}
    trained = optimizer(list(weights.values()))
    for _ in range(STEPS):
        trained.zero_grad()
        F.mse_loss(MODELS[model](weights), torch.tensor(EVENTS["rating"])).backward()
        if "clipNorm" in solver:
            norm = torch.nn.utils.get_total_norm([tensor.grad for tensor in weights.values()])
            # without the 1e-6 that clip_grad_norm_ adds to the norm
            torch.nn.utils.clip_grads_with_norm_(weights.values(), solver["clipNorm"], norm - 1e-6)
        trained.step()
    return {
        "model": model,
        "solver": solver,
        "dim": dim,
        "start": start,
        "values": {name: stored(tensor) for name, tensor in weights.items()},
    }


def training() -> list[dict]:
    def by_rule(model, solver, parameters, dim=2):
        return fitted(
            model, solver, dim, lambda weights: made(solver["type"], parameters, solver["learningRate"], weights)
        )

    def decayed(model):
        solver = {"type": "adam", "learningRate": 0.05, "weightDecay": 0.5}
        return fitted(model, solver, 2, lambda weights: torch.optim.AdamW(weights, 0.05, weight_decay=0.5))

    sgd = {"type": "sgd", "learningRate": 0.05}
    adagrad = {"type": "adagrad", "learningRate": 0.1, "epsilon": 1e-3, "initial": 0.25}
    adam = {"type": "adam", "learningRate": 0.05, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}
    rmsprop = {"type": "rmsprop", "learningRate": 0.05, "decay": 0.7, "epsilon": 1e-3, "momentum": 0.5}
    return [
        case
        for model in MODELS
        for case in [
            by_rule(model, sgd, [0]),
            by_rule(model, sgd | {"momentum": 0.6}, [0.6]),
            by_rule(model, sgd | {"clipNorm": 0.5}, [0]),
            by_rule(model, adagrad, [1e-3, 0.25], dim=1),
            by_rule(model, adam, [0.8, 0.95, 1e-3]),
            by_rule(model, adam | {"lazy": False}, [0.8, 0.95, 1e-3]),
            by_rule(model, rmsprop, [0.7, 1e-3, 0.5]),
            decayed(model),
        ]
    ]
