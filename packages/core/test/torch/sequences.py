"""Operators over sequences, from PyTorch's modules: recspec's weights are put in their places.

recspec -> PyTorch:
- kernels [in, out] -> weights [out, in];
- lstm: gates i f c o -> i f g o; the constant 1 inside the forget gate -> the second bias; a masked step carries the
  state over -> the module runs over the present steps alone;
- gru: gates z r n -> r z n; reset after the product, as in PyTorch;
- attention: pre-LN blocks with a final layer normalization -> TransformerEncoder(norm_first) with projection biases 0;
  outputs of padding steps -> 0;
- conv1d: kernel [width * in, filters] -> [filters, in, width]; padding before and after, the shorter one before.
"""

import math

import torch
from torch import nn
from torch.func import functional_call
from torch.nn import functional as F


def over_present(run, x: torch.Tensor, mask: torch.Tensor | None, units: int) -> torch.Tensor:
    """The states after each step of each sequence, where `run` gives those of a sequence [1, steps, dim]."""
    if mask is None:
        return run(x)
    rows = []
    for sequence, present in zip(x, mask.bool()):
        states = torch.zeros(1, units)
        if present.any():
            states = torch.cat([states, run(sequence[present].unsqueeze(0)).squeeze(0)])
        rows.append(states[present.cumsum(0)])
    return torch.stack(rows)


def lstm(x, mask, weights, params):
    units = params["units"]
    module = nn.LSTM(x.shape[-1], units, batch_first=True)
    forget = torch.zeros(4, units)
    forget[1] = 1
    placed = {
        "weight_ih_l0": weights["kernel"].T,
        "weight_hh_l0": weights["recurrent"].T,
        "bias_ih_l0": weights["bias"],
        "bias_hh_l0": forget.flatten(),
    }
    return returned(over_present(lambda part: functional_call(module, placed, (part,))[0], x, mask, units), params)


def gru(x, mask, weights, params):
    units = params["units"]
    module = nn.GRU(x.shape[-1], units, batch_first=True)

    def ordered(gates):
        z, r, n = gates.chunk(3)
        return torch.cat([r, z, n])

    placed = {
        "weight_ih_l0": ordered(weights["kernel"].T),
        "weight_hh_l0": ordered(weights["recurrent"].T),
        "bias_ih_l0": ordered(weights["bias"]),
        "bias_hh_l0": ordered(weights["recurrentBias"]),
    }
    return returned(over_present(lambda part: functional_call(module, placed, (part,))[0], x, mask, units), params)


def returned(states, params):
    return states[:, -1] if params["returns"] == "last" else states


def attention(x, mask, weights, params):
    _, length, dim = x.shape
    layer = nn.TransformerEncoderLayer(
        dim, params["heads"], dim, dropout=0, layer_norm_eps=1e-3, batch_first=True, norm_first=True
    )
    final = nn.LayerNorm(dim, eps=1e-3)
    module = nn.TransformerEncoder(layer, params["blocks"], final, enable_nested_tensor=False)
    placed = {"norm.weight": weights["gamma"], "norm.bias": weights["beta"]}
    for number in range(1, params["blocks"] + 1):
        projections = [weights[f"{name}{number}"].T for name in ("query", "key", "value")]
        block = {
            "self_attn.in_proj_weight": torch.cat(projections),
            "self_attn.in_proj_bias": torch.zeros(3 * dim),
            "self_attn.out_proj.weight": weights[f"output{number}"].T,
            "self_attn.out_proj.bias": torch.zeros(dim),
            "linear1.weight": weights[f"inner{number}"].T,
            "linear1.bias": weights[f"inner{number}Bias"],
            "linear2.weight": weights[f"outer{number}"].T,
            "linear2.bias": weights[f"outer{number}Bias"],
            "norm1.weight": weights[f"attend{number}Gamma"],
            "norm1.bias": weights[f"attend{number}Beta"],
            "norm2.weight": weights[f"feed{number}Gamma"],
            "norm2.bias": weights[f"feed{number}Beta"],
        }
        placed |= {f"layers.{number - 1}.{name}": value for name, value in block.items()}
    later = torch.ones(length, length).triu(1).bool() if params["causal"] else None
    absent = None if mask is None else ~mask.bool()
    out = functional_call(module, placed, (x,), {"mask": later, "src_key_padding_mask": absent})
    return out if mask is None else out * mask.unsqueeze(-1)


def attention_weights(dim: int, blocks: int) -> dict[str, list[int]]:
    """Names and shapes of the weights of attention blocks."""
    matrices, vectors = ["query#", "key#", "value#", "output#", "inner#", "outer#"], ["inner#Bias", "outer#Bias"]
    vectors += ["attend#Gamma", "attend#Beta", "feed#Gamma", "feed#Beta"]
    shapes = {name: [dim, dim] for name in matrices} | {name: [dim] for name in vectors}
    blocked = {name.replace("#", f"{k + 1}"): shape for k in range(blocks) for name, shape in shapes.items()}
    return blocked | {"gamma": [dim], "beta": [dim]}


def conv1d(x, mask, weights, params, activation):
    _, length, dim = x.shape
    width, stride = params["width"], params["stride"]
    missing = max((math.ceil(length / stride) - 1) * stride + width - length, 0)
    before = width - 1 if params["padding"] == "causal" else missing // 2
    after = 0 if params["padding"] == "causal" else missing - before
    seen = x if mask is None else x * mask.unsqueeze(-1)
    kernel = weights["kernel"].reshape(width, dim, params["filters"]).permute(2, 1, 0)
    padded = F.pad(seen.transpose(1, 2), (before, after))
    return activation(F.conv1d(padded, kernel, weights.get("bias"), stride=stride).transpose(1, 2))


def pool(x, mask, _, params):
    if params.get("returns") == "sequence":
        places = torch.arange(1, x.shape[1] + 1).reshape(1, -1, 1)
        running = {"sum": x.cumsum(1), "mean": x.cumsum(1) / places, "last": x}
        return torch.cat([running[name] for name in params["by"]], -1)
    rows = []
    for sequence, present in zip(x, torch.ones(x.shape[:2]) if mask is None else mask):
        steps = sequence[present.bool()]
        if len(steps) == 0:
            rows.append(torch.zeros(x.shape[2] * len(params["by"])))
            continue
        pooled = {"mean": steps.mean(0), "max": steps.amax(0), "sum": steps.sum(0), "last": steps[-1]}
        rows.append(torch.cat([pooled[name] for name in params["by"]]))
    return torch.stack(rows)
