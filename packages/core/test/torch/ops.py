"""Values and gradients of operators by PyTorch, in float64."""

import torch
from torch.nn import functional as F

import sequences
from given import gradients, leaves, numbers, prefixes, stored

ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": F.relu,
    "leakyRelu": lambda x: F.leaky_relu(x, 0.2),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "elu": F.elu,
    "selu": F.selu,
    "softplus": F.softplus,
    "gelu": F.gelu,
    "swish": F.silu,
}


# weights of batchNorm that are assigned, not trained
RUNNING = ("mean", "variance")


def case(op, params, inputs, weights, f, mask=None, training=True, scale=1, present_only=False, **more) -> dict:
    """One use of an operator. `f` takes inputs and weights, and gives the value and what it assigns by name.

    `gradients` are those of the sum of `by` times the value, by the inputs and trained weights. Where `by` is 0, at
    padding steps with `present_only`, PyTorch has no value to compare with.
    """
    given = leaves([numbers(*shape, seed=place, scale=scale) for place, shape in enumerate(inputs, 1)])
    made = [
        shape if isinstance(shape, torch.Tensor) else numbers(*shape, seed=20 + place)
        for place, shape in enumerate(weights.values())
    ]
    named = dict(zip(weights, leaves(made)))
    found = f(given, named)
    value, assigned = found if isinstance(found, tuple) else (found, {})
    by = numbers(*value.shape, seed=9) * (mask.unsqueeze(-1) if present_only else 1)
    trained = [leaf for name, leaf in named.items() if name not in RUNNING]
    slopes = gradients((value * by).sum(), [*given, *trained])
    return {
        "op": op,
        "params": params,
        "training": training,
        "inputs": [stored(tensor) for tensor in given],
        **({} if mask is None else {"mask": stored(mask)}),
        "weights": {name: stored(tensor) for name, tensor in named.items()},
        **more,
        "by": stored(by),
        "value": stored(value),
        "assigned": {name: stored(tensor) for name, tensor in assigned.items()},
        "gradients": [stored(slope) for slope in slopes],
    }


def vectors() -> list[dict]:
    """Operators that take vectors, or each step of a sequence."""
    mask = prefixes([3, 1, 2], 3)

    def plain(op, inputs, f, **params):
        return case(op, params, inputs, {}, lambda given, _: f(given))

    def dense(inputs, activation, mask=None, useBias=True):
        width = sum(shape[-1] for shape in inputs)
        weights = {"kernel": [width, 4]} | ({"bias": [4]} if useBias else {})

        def f(given, weights):
            bias = weights.get("bias")
            return ACTIVATIONS[activation](F.linear(torch.cat(given, -1), weights["kernel"].T, bias))

        return case("dense", {"units": 4, "activation": activation, "useBias": useBias}, inputs, weights, f, mask)

    def layer_norm(inputs, mask=None):
        def f(given, weights):
            return F.layer_norm(given[0], [5], weights["gamma"], weights["beta"], 1e-3)

        return case("layerNorm", {"epsilon": 1e-3}, inputs, {"gamma": [5], "beta": [5]}, f, mask)

    def residual(inputs, gate):
        weights = {"kernel2": [3, 4]} | ({"gate1": [1], "gate2": [1]} if gate else {})

        def f(given, weights):
            second = F.linear(given[2], weights["kernel2"].T)
            gates = [weights["gate1"], weights["gate2"]] if gate else [1, 1]
            return given[0] + gates[0] * given[1] + gates[1] * second

        return case("residual", {"gate": gate}, inputs, weights, f)

    uniform = numbers(4, 5, seed=5).abs()
    return [
        plain("dot", [[4, 5], [4, 5]], lambda x: torch.linalg.vecdot(*x).unsqueeze(-1)),
        plain("cosine", [[4, 5], [4, 5]], lambda x: F.cosine_similarity(*x).unsqueeze(-1)),
        plain("hadamard", [[4, 5], [4, 5], [4, 5]], lambda x: x[0] * x[1] * x[2]),
        plain("concat", [[4, 2], [4, 1], [4, 3]], lambda x: torch.cat(x, -1)),
        plain("sum", [[4, 3], [4, 1]], lambda x: 0.5 * x[0] - 2 * x[1], weights=[0.5, -2]),
        plain("l2Norm", [[4, 5]], lambda x: F.normalize(x[0])),
        case("bias", {"init": "zeros", "trainable": True}, [[4, 3]], {"bias": [3]}, lambda x, w: x[0] + w["bias"]),
        *(
            case("activation", {"function": name}, [[4, 5]], {}, lambda x, _, f=f: f(x[0]), scale=6)
            for name, f in ACTIVATIONS.items()
        ),
        *(dense([[4, 3], [4, 2]], activation) for activation in ACTIVATIONS),
        dense([[4, 5]], "linear", useBias=False),
        dense([[3, 3, 5]], "relu", mask),
        case(
            "dropout",
            {"rate": 0.4},
            [[4, 5]],
            {},
            lambda x, _: torch.where(uniform >= 0.4, x[0] / 0.6, 0),
            uniform=stored(uniform),
        ),
        layer_norm([[4, 5]]),
        layer_norm([[3, 3, 5]], mask),
        batch_norm([6, 3], training=True),
        batch_norm([6, 3], training=False),
        batch_norm([3, 3, 4], training=True, mask=mask),
        residual([[4, 4], [4, 4], [4, 3]], gate=False),
        residual([[4, 4], [4, 4], [4, 3]], gate=True),
    ]


def batch_norm(shape, training, mask=None) -> dict:
    """PyTorch's momentum is the share of the new statistics, and its running variance is unbiased."""
    width = shape[-1]
    params = {"momentum": 0.9, "epsilon": 1e-3}
    variance = 0.5 + numbers(width, seed=30).abs()
    weights = {"gamma": [width], "beta": [width], "mean": [width], "variance": variance}

    def f(given, weights):
        rows = given[0].reshape(-1, width)
        present = torch.ones(len(rows)).bool() if mask is None else mask.flatten().bool()
        mean, running = (weights[name].detach().clone() for name in RUNNING)
        out = F.batch_norm(rows[present], mean, running, weights["gamma"], weights["beta"], training, 0.1, 1e-3)
        value = torch.zeros_like(rows).masked_scatter(present.unsqueeze(-1), out).reshape(shape)
        if not training:
            return value
        count = int(present.sum())
        kept = 0.9 * weights["variance"]
        return value, {"mean": mean, "variance": kept + (running - kept) * (count - 1) / count}

    return case("batchNorm", params, [shape], weights, f, mask, training, present_only=mask is not None)


def over_sequences() -> list[dict]:
    """Operators that take sequences."""
    mask = prefixes([4, 2, 3], 4)
    with_empty = prefixes([4, 0, 2], 4)

    def recurrent(op, module, mask, returns):
        gates = {"lstm": 20, "gru": 15}[op]
        weights = {"kernel": [2, gates], "recurrent": [5, gates], "bias": [gates]}
        weights |= {"recurrentBias": [gates]} if op == "gru" else {}
        params = {"units": 5, "returns": returns}
        return case(op, params, [[3, 4, 2]], weights, lambda x, w: module(x[0], mask, w, params), mask)

    def attention(heads, causal, mask, blocks=1):
        params = {"blocks": blocks, "heads": heads, "causal": causal, "dropout": 0}
        weights = sequences.attention_weights(6, blocks)
        return case(
            "attention", params, [[3, 4, 6]], weights, lambda x, w: sequences.attention(x[0], mask, w, params), mask
        )

    def conv1d(width, stride, padding, activation, mask=None, useBias=True):
        params = {"filters": 2, "width": width, "stride": stride, "padding": padding, "activation": activation}
        params |= {"useBias": useBias}
        weights = {"kernel": [width * 3, 2]} | ({"bias": [2]} if useBias else {})
        shape = [3, 4, 3] if mask is not None else [2, 7, 3]
        f = ACTIVATIONS[activation]
        return case("conv1d", params, [shape], weights, lambda x, w: sequences.conv1d(x[0], mask, w, params, f), mask)

    def pool(mask, **params):
        return case("pool", params, [[3, 4, 2]], {}, lambda x, w: sequences.pool(x[0], mask, w, params), mask)

    uses = [(seen, returns) for seen in (None, with_empty) for returns in ("last", "sequence")]
    return [
        *(recurrent("lstm", sequences.lstm, *use) for use in uses),
        *(recurrent("gru", sequences.gru, *use) for use in uses),
        attention(1, False, None),
        attention(2, True, None),
        attention(2, False, mask),
        attention(2, True, mask, blocks=2),
        conv1d(3, 1, "same", "linear"),
        conv1d(2, 1, "same", "tanh", mask),
        conv1d(3, 1, "causal", "relu", mask),
        conv1d(3, 2, "same", "linear"),
        conv1d(2, 3, "causal", "linear", useBias=False),
        pool(None, by=["mean", "max", "sum", "last"]),
        pool(with_empty, by=["mean", "max", "sum", "last"]),
        pool(None, by=["mean", "sum", "last"], returns="sequence"),
        case("position", {}, [[2, 4, 3]], {"places": [4, 3]}, lambda x, w: x[0] + w["places"]),
    ]


def of_plugins() -> list[dict]:
    """Operators of the plugin ncf; the name says the plugin."""

    def cross(kernel):
        weights = {"kernel1": [5, 5], "bias1": [5], "kernel2": [5, 5], "bias2": [5]}
        if kernel == "vector":
            weights |= {"kernel1": [5, 1], "kernel2": [5, 1]}

        def f(given, weights):
            x = first = torch.cat(given, -1)
            for number in (1, 2):
                mixed, bias = F.linear(x, weights[f"kernel{number}"].T), weights[f"bias{number}"]
                x = x + (first * mixed + bias if kernel == "vector" else first * (mixed + bias))
            return x

        return case("ncf/cross", {"layers": 2, "kernel": kernel}, [[4, 3], [4, 2]], weights, f)

    return [cross("vector"), cross("matrix")]


def cases() -> list[dict]:
    return vectors() + over_sequences() + of_plugins()
