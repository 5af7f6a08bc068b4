"""Losses by PyTorch, in float64: the loss of each example, and the gradients of their sum by the scores.

Scores of sampled items are [examples, 1 + negatives], the positive first; in a batch [examples, examples], positives on
the diagonal. bce and bpr sum over the negatives of an example, ccl takes their mean.
"""

import torch
from torch.nn import functional as F

from given import gradients, leaves, numbers, stored

OBSERVED = torch.tensor([[1.0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]])
IN_BATCH = {"sampler": "in-batch"}


def case(loss, params, shape, f, scale=2, **labels) -> dict:
    """One use of a loss; `f` maps scores to the loss of each example."""
    (scores,) = leaves([numbers(*shape, seed=3, scale=scale)])
    found = f(scores)
    (slopes,) = gradients(found.sum(), [scores])
    return {
        "loss": loss,
        "params": params,
        "scores": stored(scores),
        "labels": {name: value if isinstance(value, int) else stored(value) for name, value in labels.items()},
        "value": stored(found),
        "gradient": stored(slopes),
    }


def binary(scores, labels):
    return F.binary_cross_entropy_with_logits(scores, labels, reduction="none")


def triplets(positives, others):
    return -F.logsigmoid(positives - others)


def among(logits, own):
    """Softmax cross-entropy of the column `own` of each row."""
    return F.cross_entropy(logits, own, reduction="none")


def own_and_others(scores, observed=None):
    """Of a batch: the scores of the positives, and 1 where another item of it is a negative."""
    counts = 1 - torch.eye(len(scores))
    return scores.diagonal().unsqueeze(1), counts if observed is None else counts * (1 - observed)


def hardest(scores, of):
    """The positive, and the highest of each `of` draws."""
    return torch.cat([scores[:, :1], scores[:, 1:].unflatten(1, (-1, of)).amax(2)], 1)


def first_row(width):
    return torch.eye(1, width).expand(3, width)


def warp(scores, margin, items):
    """The hinge of the first negative within the margin, times 1 + 1/2 + ... + 1/rank."""
    rows = []
    for row in scores:
        hinges = F.margin_ranking_loss(row[:1], row[1:], torch.ones(len(row) - 1), margin, reduction="none")
        places = hinges.nonzero().flatten().tolist()
        rank = (items - 1) // (places[0] + 1) if places else 0
        rows.append(hinges[places[0]] * sum(1 / k for k in range(1, rank + 1)) if places else hinges.sum() * 0)
    return torch.stack(rows)


def ccl(scores, margin, weight, counts=None):
    """`counts`: 1 where a negative counts; default all."""
    over = F.relu(scores[:, 1:] - margin)
    mean = over.mean(1) if counts is None else (over * counts).sum(1) / counts.sum(1).clamp(min=1)
    return F.relu(1 - scores[:, 0]) + weight * mean


def gbce(scores, calibration, items, counts=None):
    """The positive weighs beta of gSASRec; `counts`: 1 where a negative counts; default all."""
    share = (scores.shape[1] - 1) / (items - 1)
    beta = share * (calibration * (1 - 1 / share) + 1 / share)
    own = binary(scores[:, 0], torch.ones(len(scores)))
    others = binary(scores[:, 1:], torch.zeros_like(scores[:, 1:]))
    return beta * own + (others if counts is None else others * counts).sum(1)


def softmax_in_batch(scores, observed, log_q=None, temperature=1.0):
    logits = scores / temperature - (0 if log_q is None else log_q)
    if observed is not None:
        logits = logits.masked_fill((observed * (1 - torch.eye(len(scores)))).bool(), -torch.inf)
    return among(logits, torch.arange(len(scores)))


def bilateral(scores, temperature, weight, users=None):
    """Bilateral softmax; `users`: the positives of the same user count together."""
    own, others = scores[:, 0] / temperature, scores[:, 1:] / temperature
    if users is not None:
        same = users.unsqueeze(0) == users.unsqueeze(1)
        together = own.expand(len(own), -1).masked_fill(~same, -torch.inf)
        own = together.logsumexp(1) - same.sum(1).log()
    return weight * others.logsumexp(1) - own


def built_in() -> list[dict]:
    target = numbers(5, seed=6, scale=2)
    shares = torch.tensor([0.25, 1, 0, 0.75, 1])
    classes = torch.tensor([1.0, 2, 0, 1])
    log_q = -1 - numbers(3, 4, seed=7).abs()
    column_q = (-1 - numbers(1, 4, seed=8).abs()).expand(4, 4)
    corrected = {"count": 3, "sampler": "popularity", "correct": "log-q"}
    first = torch.zeros(3, dtype=torch.long)
    hard = {"count": 2, "hard": 2}
    shared = {"count": 3, "shared": True}
    # 1 where the user has the item
    known = torch.tensor([[1.0, 1, 0, 0], [1, 0, 0, 0], [1, 0, 1, 1]])

    def cross_entropy_in_batch(scores, observed=None):
        own, counts = own_and_others(scores, observed)
        return binary(own, torch.ones_like(own)).sum(1) + (binary(scores, torch.zeros_like(scores)) * counts).sum(1)

    def triplets_in_batch(scores, observed=None):
        own, counts = own_and_others(scores, observed)
        return (triplets(own, scores) * counts).sum(1)

    def apart(loss, f, items=None, **params):
        """With shared negatives: those that the user has do not count."""
        sizes = {} if items is None else {"items": items}
        known_to = lambda s: f(s, 1 - known[:, 1:])
        return case(loss, {"negatives": shared} | params, [3, 4], known_to, positive=known, **sizes)

    def sampled(loss, f, width=4, **params):
        return case(loss, {"negatives": width - 1} | params, [3, width], f)

    rows = torch.tensor([[1.0, 0, 0, 1, 0], [0, 1, 0, 0, 0], [1, 1, 0, 0, 1]])
    return [
        case("mse", {}, [5], lambda s: F.mse_loss(s, target, reduction="none"), target=target),
        case("mae", {}, [5], lambda s: F.l1_loss(s, target, reduction="none"), target=target),
        case("crossentropy", {}, [4, 3], lambda s: among(s, classes.long()), target=classes),
        case("bce", {}, [5], lambda s: binary(s, shares), target=shares),
        case("bce", {}, [5], lambda s: binary(s, shares), scale=40, target=shares),
        sampled("bce", lambda s: binary(s, first_row(4)).sum(1)),
        sampled("bce", lambda s: binary(hardest(s, 2), first_row(3)).sum(1), width=5, negatives=hard),
        apart("bce", lambda s, counts: (binary(s, first_row(4)) * F.pad(counts, (1, 0), value=1)).sum(1)),
        case("bce", {"negatives": IN_BATCH}, [4, 4], cross_entropy_in_batch),
        case(
            "bce", {"negatives": IN_BATCH}, [4, 4], lambda s: cross_entropy_in_batch(s, OBSERVED), positive=OBSERVED
        ),
        sampled("bpr", lambda s: triplets(s[:, :1], s[:, 1:]).sum(1)),
        sampled("bpr", lambda s: triplets(s[:, :1], hardest(s, 2)[:, 1:]).sum(1), width=5, negatives=hard),
        apart("bpr", lambda s, counts: (triplets(s[:, :1], s[:, 1:]) * counts).sum(1)),
        case("bpr", {"negatives": IN_BATCH}, [4, 4], triplets_in_batch),
        case("bpr", {"negatives": IN_BATCH}, [4, 4], lambda s: triplets_in_batch(s, OBSERVED), positive=OBSERVED),
        sampled("softmax", lambda s: among(s / 0.5, first), temperature=0.5),
        sampled("softmax", lambda s: among(hardest(s, 2), first), width=5, negatives=hard, temperature=1),
        apart(
            "softmax",
            lambda s, counts: among(s.masked_fill(F.pad(counts, (1, 0), value=1) == 0, -torch.inf), first),
            temperature=1,
        ),
        case(
            "softmax",
            {"negatives": corrected, "temperature": 0.5},
            [3, 4],
            lambda s: among(s / 0.5 - log_q, first),
            logQ=log_q,
        ),
        case("softmax", {"negatives": IN_BATCH, "temperature": 1}, [4, 4], lambda s: softmax_in_batch(s, None)),
        case(
            "softmax",
            {"negatives": IN_BATCH | {"correct": "log-q"}, "temperature": 0.5},
            [4, 4],
            lambda s: softmax_in_batch(s, OBSERVED, column_q, 0.5),
            positive=OBSERVED,
            logQ=column_q,
        ),
        case(
            "softmax",
            {"temperature": 2},
            [3, 5],
            lambda s: F.cross_entropy(s / 2, rows, reduction="none"),
            positive=rows,
        ),
        sampled("softmax", lambda s: bilateral(s, 0.5, 1.25), temperature=0.5, negativeWeight=1.25),
        case(
            "softmax",
            {"negatives": {"count": 3}, "temperature": 0.5, "negativeWeight": 1.25, "averagePositives": True},
            [3, 4],
            lambda s: bilateral(s, 0.5, 1.25, torch.tensor([7, 2, 7])),
            users=torch.tensor([7.0, 2, 7]),
        ),
        sampled("ccl", lambda s: ccl(s, 0.25, 3), margin=0.25, weight=3),
        sampled("ccl", lambda s: ccl(hardest(s, 2), 0.25, 3), width=5, negatives=hard, margin=0.25, weight=3),
        apart("ccl", lambda s, counts: ccl(s, 0.25, 3, counts), margin=0.25, weight=3),
        case("gbce", {"negatives": 3, "calibration": 0.75}, [3, 4], lambda s: gbce(s, 0.75, 41), items=41),
        case("gbce", {"negatives": 3, "calibration": 1}, [3, 4], lambda s: gbce(s, 1, 10), items=10),
        apart("gbce", lambda s, counts: gbce(s, 0.5, 5, counts), calibration=0.5, items=5),
        case("warp", {"negatives": 3, "margin": 1}, [6, 4], lambda s: warp(s, 1, 100), items=100),
        case("warp", {"negatives": 3, "margin": 0.5}, [6, 4], lambda s: warp(s, 0.5, 20), items=20),
    ]


def on_factors() -> list[dict]:
    """Softmax of the dot products of all users of a batch with all items, without the array of scores."""

    def grid(rows, columns, temperature, excluded=None, log_q=None):
        user, item = leaves([numbers(rows, 3, seed=11, scale=2), numbers(columns, 3, seed=12, scale=2)])
        own = [(3 * row + 1) % columns for row in range(rows)]
        logits = user @ item.T / temperature - (0 if log_q is None else log_q)
        for row, hidden in enumerate(excluded or []):
            logits = logits.index_put((torch.tensor(row), torch.tensor(hidden).long()), torch.tensor(-torch.inf))
        found = among(logits, torch.tensor(own))
        labels = {"own": own}
        if excluded:
            starts = [0, *torch.tensor([len(hidden) for hidden in excluded]).cumsum(0).tolist()]
            labels["excluded"] = {"start": starts, "columns": sum(excluded, [])}
        if log_q is not None:
            labels["logQ"] = stored(log_q)
        return {
            "loss": "softmax",
            "params": {"temperature": temperature},
            "user": stored(user),
            "item": stored(item),
            "grid": labels,
            "value": stored(found),
            "gradients": [stored(slope) for slope in gradients(found.sum(), [user, item])],
        }

    shift = -1 - numbers(5, seed=13).abs()
    return [
        grid(4, 7, 0.5),
        grid(3, 5, 1, excluded=[[0, 4], [], [0, 1]], log_q=shift),
    ]


def of_plugins() -> list[dict]:
    """Losses of the plugins autoencoder and imf; the name says the plugin."""
    target = numbers(6, seed=6, scale=2)
    observed = torch.tensor([1.0, 0, 1, 1, 0, 0])
    counts = torch.tensor([3.0, 0, 1, 2, 0, 0])

    def squares(scores, goal, weight):
        return weight * F.mse_loss(scores, goal, reduction="none")

    def confident(gain):
        return lambda s: squares(s, observed, 1 + gain)

    def with_unobserved(scores):
        return squares(scores, observed, observed) + squares(scores, torch.zeros(6), 0.125)

    linear = {"alpha": 2, "confidence": "linear", "epsilon": 1}
    return [
        case("autoencoder/masked-mse", {}, [6], lambda s: squares(s, target, 1), target=target),
        case("autoencoder/masked-bce", {}, [6], lambda s: binary(s, target.sigmoid()), target=target.sigmoid()),
        case("autoencoder/masked-bce", {"negatives": 1}, [6], lambda s: binary(s, observed), positive=observed),
        case(
            "autoencoder/multinomial",
            {},
            [3, 4],
            lambda s: -(s.log_softmax(1) * OBSERVED[:3]).sum(1),
            positive=OBSERVED[:3],
        ),
        case(
            "autoencoder/squares", {}, [3, 4], lambda s: squares(s, OBSERVED[:3], 1).sum(1), positive=OBSERVED[:3]
        ),
        case("imf/weighted-squares", linear, [6], confident(2 * counts), target=counts, positive=observed),
        case("imf/weighted-squares", linear, [6], confident(2 * observed), positive=observed),
        case(
            "imf/weighted-squares",
            {"alpha": 2, "confidence": "log", "epsilon": 0.5},
            [6],
            confident(2 * torch.log1p(counts / 0.5)),
            target=counts,
            positive=observed,
        ),
        case(
            "imf/weighted-squares",
            {"unobservedWeight": 0.125, "confidence": "linear", "epsilon": 1},
            [6],
            with_unobserved,
            positive=observed,
        ),
        case(
            "imf/filled-squares",
            {"fill": "zero"},
            [6],
            lambda s: squares(s, counts, 1),
            target=counts,
            positive=observed,
        ),
        case(
            "imf/gaussian",
            {"sigma": 0.5},
            [6],
            lambda s: F.gaussian_nll_loss(s, target, torch.full([6], 0.25), full=True, reduction="none"),
            target=target,
        ),
    ]


def cases() -> list[dict]:
    return built_in() + of_plugins()
