"""Numbers that cases start from, and how tensors are stored."""

import torch

torch.set_default_dtype(torch.float64)


def numbers(*shape: int, seed: int, scale: float = 1) -> torch.Tensor:
    """Numbers in [-scale, scale] by a formula, odd multiples of 1/64: float32 holds them exactly, and none is 0."""
    count = torch.Size(shape).numel()
    waves = torch.sin(seed + 0.37 * torch.arange(1, count + 1) ** 2)
    return ((torch.floor(32 * scale * waves) + 0.5) / 32).reshape(shape)


def prefixes(lengths: list[int], length: int) -> torch.Tensor:
    """Masks of sequences: 1 at as many first steps as each has."""
    return torch.tensor([[float(step < present) for step in range(length)] for present in lengths])


def stored(tensor: torch.Tensor) -> dict:
    """A tensor as JSON, 9 significant digits: more than float32 has."""
    return {"shape": list(tensor.shape), "values": [float(f"{x:.9g}") for x in tensor.detach().flatten().tolist()]}


def leaves(tensors: list[torch.Tensor]) -> list[torch.Tensor]:
    """Copies that collect gradients."""
    return [tensor.clone().requires_grad_() for tensor in tensors]


def gradients(total: torch.Tensor, of: list[torch.Tensor]) -> list[torch.Tensor]:
    """Gradients of a sum by each leaf, 0 by those it does not read."""
    found = torch.autograd.grad(total, of, allow_unused=True)
    return [torch.zeros_like(leaf) if slope is None else slope for slope, leaf in zip(found, of)]
