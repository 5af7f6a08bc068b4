/** The text of batches.py: reads the encoded data, draws negatives, and makes the arrays that the model reads. */
export const batches = `
INITIAL = 0x243F6A88


def mix(state, value):
    """A hash of 32 bits of a state and a value, as recspec draws all its random numbers."""
    state, value = (np.asarray(part).astype(np.int64).astype(np.uint32) for part in (state, value))
    with np.errstate(over="ignore"):
        found = (state ^ value) + np.uint32(0x9E3779B9)
        found = (found ^ (found >> np.uint32(16))) * np.uint32(0x85EBCA6B)
        found = (found ^ (found >> np.uint32(13))) * np.uint32(0xC2B2AE35)
        return found ^ (found >> np.uint32(16))


def key(*parts):
    return functools.reduce(mix, parts, np.uint32(INITIAL))


def uniform(state, draw):
    """In [0, 1)."""
    return mix(state, draw) / 4294967296


def below(n, state, draw):
    return np.floor(uniform(state, draw) * n).astype(np.int64)


def permutation(n, state):
    last = np.arange(n - 1, 0, -1)
    order = list(range(n))
    for at, other in zip(last.tolist(), below(last + 1, state, last).tolist()):
        order[at], order[other] = order[other], order[at]
    return np.asarray(order, "int64")


def normal(state, draw):
    angle = 2 * np.pi * uniform(state, 2 * draw + 1)
    return np.sqrt(-2 * np.log(1 - uniform(state, 2 * draw))) * np.cos(angle)


def name_key(name):
    return key(*[ord(letter) for letter in name])


Seen = collections.namedtuple("Seen", ["entities", "values", "times"])
Seen.__doc__ = "The interactions that an input reads, in time order."

DATA = safetensors.numpy.load_file(os.path.join(FOLDER, "data.safetensors"))


def array(name):
    return DATA.get(name)


USER, ITEM = array("events.user"), array("events.item")


class History:
    """Events of each user or item in time order."""

    def __init__(self, side):
        self.start, self.other, self.event = (array(f"history.{side}.{part}") for part in ("start", "other", "event"))
        self.place = np.full(len(USER), -1)
        if self.event is not None:
            self.place[self.event] = np.arange(len(self.event))


HISTORIES = {side: History(side) for side in ("user", "item") if f"history.{side}.start" in DATA}


class Observed:
    """The items that each user has in training."""

    def __init__(self):
        known = (USER >= 0) & (ITEM >= 0)
        self.cells = np.unique(USER[known].astype(np.int64) * ITEMS + ITEM[known])

    def has(self, user, item):
        user, item = np.broadcast_arrays(np.asarray(user, np.int64), np.asarray(item, np.int64))
        cell = user * ITEMS + item
        at = np.minimum(np.searchsorted(self.cells, cell), max(0, len(self.cells) - 1))
        return (self.cells[at] == cell) & (user >= 0) if len(self.cells) else np.zeros(cell.shape, bool)


OBSERVED = Observed()
TRIES = 100


class Sampler:
    """Draws items by their weights; all equally where there are none."""

    def __init__(self, negatives, weights):
        self.negatives = negatives
        self.sums = None if weights is None else np.concatenate([[0.0], np.cumsum(weights)])

    def one(self, state, draw):
        if self.sums is None:
            return below(ITEMS, state, draw)
        aim = uniform(state, draw) * self.sums[-1]
        return np.minimum(np.searchsorted(self.sums[1:], aim, side="right"), ITEMS - 1)

    def items(self, user, state, draw):
        """An item for each user; one that the user has is drawn again."""
        user, state, draw = np.broadcast_arrays(user, state, np.asarray(draw, np.int64))
        found = np.zeros(user.shape, np.int64)
        left = np.ones(user.shape, bool)
        for attempt in range(TRIES):
            found[left] = self.one(state[left], draw[left] * TRIES + attempt)
            if self.negatives["exclude"] != "observed":
                break
            left[left] = OBSERVED.has(user[left], found[left])
            if not left.any():
                break
        return found

    def shared(self, state, draw):
        return self.one(mix(state, 1), draw)

    def log_q(self, item):
        if self.sums is None:
            return np.full(np.shape(item), -np.log(ITEMS))
        return np.log(np.maximum(self.sums[item + 1] - self.sums[item], 1e-12) / self.sums[-1])


# sequences of different lengths have batches of very different sizes
GRAIN = 0 if any(group["sequences"] is not None for phase in PHASES.values() for group in phase["groups"]) else 3


def bucket(size):
    """The size that a batch is padded to: few different ones, so that few programs are compiled."""
    step = 2 ** max(0, int(size - 1).bit_length() - GRAIN)
    whole = -(-max(1, size) // step) * step
    return -(-whole // DEVICES) * DEVICES


DEVICES = 1


def padded(values, size, fill=0, axis=0):
    values = np.asarray(values)
    widths = [(0, 0)] * values.ndim
    widths[axis] = (0, size - values.shape[axis])
    return np.pad(values, widths, constant_values=fill)


def floats(values, size):
    return padded(np.asarray(values, "float32"), size)


def ints(values, size, fill=0):
    return padded(np.asarray(values, "int32"), size, fill)


# TensorFlow sees two batches and takes their shapes for those of all, but for the first axis
FIXED = keras.backend.backend() == "tensorflow"


def longest(name):
    """The most rows that an input has for an entity."""
    spec = INPUTS[name]
    start = HISTORIES[spec["entity"]].start if spec["history"] else array(f"input.{name}.start")
    return int(np.diff(start).max(initial=1))


Rows = collections.namedtuple("Rows", ["start", "rows", "weights", "lengths"])
Rows.__doc__ = "Lists of rows with their weights; lengths are those before dropout."


def entries_of(name, entities, state=None):
    """Places of entities in an encoded input; in training, dropout makes some of them unknown."""
    share = INPUTS[name].get("dropout", 0)
    entries = np.asarray(entities, np.int64) + 1
    if state is None or share == 0:
        return entries
    return np.where(uniform(key(state, name_key(name)), entries) < share, 0, entries)


def lists_of(start, entries):
    """Places of the rows of entries, one list after the other, and where each begins."""
    sizes = start[entries + 1] - start[entries]
    ends = np.concatenate([[0], np.cumsum(sizes)])
    return np.repeat(start[entries] - ends[:-1], sizes) + np.arange(ends[-1]), ends


def encoded_rows(name, entities, state):
    places, start = lists_of(array(f"input.{name}.start"), entries_of(name, entities, state))
    weights = array(f"input.{name}.weights")
    weights = None if weights is None else weights[places]
    return Rows(start, array(f"input.{name}.rows")[places], weights, np.diff(start))


def seen_of(name, places):
    """What an input reads of the interactions at some places of a history."""
    spec, history = INPUTS[name], HISTORIES[INPUTS[name]["entity"]]
    event = history.event[places]
    values, times = array(f"input.{name}.values"), array("events.time")
    return Seen(
        event if spec.get("of_events") else history.other[places],
        None if values is None else values[event],
        times[event] if spec.get("times") and times is not None else None,
    )


def noisy(spec, rows, weights, state):
    """Noise on the weights of a history, and dropout of its rows, in training."""
    if spec.get("extremes") and len(weights):
        own = key(state, 1)
        draw = np.arange(len(weights))
        low = uniform(own, 2 * draw + 1) < 0.5
        changed = np.where(low, weights.min(), weights.max())
        weights = np.where(uniform(own, 2 * draw) < spec["extremes"], changed, weights)
    if spec.get("noise"):
        weights = weights + spec["noise"] * normal(key(state, 2), np.arange(len(weights)))
    if spec.get("dropped"):
        kept = uniform(state, np.arange(len(rows))) >= spec["dropped"]
        rows, weights = rows[kept], weights[kept] / (1 - spec["dropped"])
    return rows, weights


def history_rows(name, entities, events, state):
    """The rows that an input reads of the history of each entity, without its event, or only what came before it."""
    spec, history = INPUTS[name], HISTORIES[INPUTS[name]["entity"]]
    encode = ENCODERS[name]
    lists = []
    lengths = []
    for k, entity in enumerate(entities):
        places = np.arange(0, 0)
        if entity >= 0:
            start, end = history.start[entity], history.start[entity + 1]
            own = -1 if events is None or events[k] < 0 else history.place[events[k]]
            if own < start or own >= end:
                places = np.arange(start, end)
            elif spec["before"]:
                places = np.arange(start, own)
            else:
                places = np.concatenate([np.arange(start, own), np.arange(own + 1, end)])
        rows, weights = encode(spec["params"], spec["state"], seen_of(name, places))
        lengths.append(len(rows))
        if state is not None and (spec.get("extremes") or spec.get("noise") or spec.get("dropped")):
            rows, weights = noisy(spec, rows, weights, key(state, k, name_key(name)))
        lists.append((rows, weights))
    start = np.concatenate([[0], np.cumsum([len(rows) for rows, _ in lists])]).astype(np.int64)
    join = lambda parts, kind: np.concatenate(parts).astype(kind) if parts else np.zeros(0, kind)
    return Rows(start, join([rows for rows, _ in lists], "int64"), join([w for _, w in lists], "float64"), lengths)


@functools.cache
def whole_rows(name):
    """The row and the weight of each place of all histories, read in pieces of their length."""
    spec, history = INPUTS[name], HISTORIES["user"]
    rows, weights = np.zeros(len(history.other), "int64"), np.ones(len(history.other))
    most = spec["params"].get("maxLength", len(history.other) + 1)
    for start, end in zip(history.start[:-1], history.start[1:]):
        for place in range(start, end, most):
            to = min(place + most, end)
            rows[place:to], weights[place:to] = ENCODERS[name](
                spec["params"], spec["state"], seen_of(name, np.arange(place, to))
            )
    return rows, weights


def bag_weights(found, combine):
    weights = np.ones(len(found.rows)) if found.weights is None else np.asarray(found.weights, "float64")
    if combine == "mean":
        weights = weights / np.repeat(np.maximum(found.lengths, 1), np.diff(found.start))
    return weights


def padded_steps(found, length, name):
    """Lists as rows of one length, and their mask."""
    sizes = np.diff(found.start)
    most = length if length else bucket(longest(name) if FIXED else max(1, int(sizes.max(initial=0))))
    out, mask = np.zeros((len(sizes), most), "int64"), np.zeros((len(sizes), most), "float32")
    for k, size in enumerate(np.minimum(sizes, most)):
        out[k, :size] = found.rows[found.start[k] : found.start[k] + size]
        mask[k, :size] = 1
    return out, mask


def along(of, entries, weights):
    """The rows that an input has for entries, each entry's weight divided among them; and the entry of each."""
    entries = np.asarray(entries, np.int64)
    places, start = lists_of(array(f"input.{of}.start"), np.where(weights == 0, 0, entries))
    owner = np.repeat(np.arange(len(entries)), np.diff(start))
    sizes = np.diff(start)[owner]
    own = array(f"input.{of}.weights")
    scale = np.asarray(weights)[owner] * (1 if own is None else own[places]) / sizes
    kept = np.asarray(weights)[owner] != 0
    return array(f"input.{of}.rows")[places][kept], owner[kept], scale[kept]


class Leaf:
    """A node that reads an input: the arrays it is looked up with, and which entry reads each of its rows."""

    def __init__(self, spec):
        self.spec = spec

    def read(self, batch, size, state):
        """The arrays of a batch, padded to size entries, and the entry of each row."""
        spec, name = self.spec, self.spec["input"]
        history = INPUTS[name]["history"]
        of = INPUTS[name].get("of")
        if spec.get("whole"):
            return self.whole(batch.sequences, size)
        entities, events = batch.axes[spec["axis"]]
        if not spec.get("drops"):
            state = None
        if spec["form"] == "numbers":
            if not history:
                values = array(f"input.{name}.numbers")[entries_of(name, entities)]
                return {"values": floats(values.reshape((-1, *spec["shape"])), size)}, None
            steps, mask = padded_steps(history_rows(name, entities, events, None), spec["length"], name)
            return self.numbers(of, steps, mask, size), None
        if history:
            found = history_rows(name, entities, events, state)
        else:
            found = encoded_rows(name, entities, state)
        if spec["form"] == "one":
            return {"rows": ints(found.rows, size)}, np.arange(len(found.rows))
        if spec["form"] == "sequence":
            steps, mask = padded_steps(found, spec["length"], name)
            return self.steps(of if history else None, steps, mask, size)
        weights = bag_weights(found, spec["combine"])
        owner = np.repeat(np.arange(len(found.start) - 1), np.diff(found.start))
        rows = found.rows
        if history and of:
            rows, places, weights = along(of, rows, weights)
            owner = owner[places]
        return self.bag(rows, owner, weights), owner

    def bag(self, rows, owner, weights):
        count = bucket(len(rows))
        return {"rows": ints(rows, count), "owner": ints(owner, count), "weights": floats(weights, count)}

    def numbers(self, of, steps, mask, size):
        values = array(f"input.{of}.numbers")[steps] * mask[..., None]
        values = values.reshape((*steps.shape, *self.spec["shape"][1:]))
        return {"values": floats(values, size), "mask": floats(mask, size)}

    def steps(self, of, steps, mask, size):
        if self.spec.get("several"):
            rows, owner, weights = along(of, steps.reshape(-1), mask.reshape(-1))
            found = self.bag(rows, owner, weights)
            return {**found, "mask": floats(mask, size)}, owner // steps.shape[1]
        if of:
            start = array(f"input.{of}.start")
            steps = np.where(mask > 0, array(f"input.{of}.rows")[np.minimum(start[steps], start[-1] - 1)], 0)
        owner = np.repeat(np.arange(len(steps)), steps.shape[1]).reshape(steps.shape)
        found = {"rows": ints(steps, size), "mask": floats(mask, size)}
        return found, np.where(mask > 0, owner, -1)

    def whole(self, sequences, size):
        spec = self.spec
        rows, weights = whole_rows(spec["input"])
        starts, steps, length = sequences
        out, scale = np.zeros((len(starts), length), "int64"), np.zeros((len(starts), length))
        mask = np.zeros((len(starts), length), "float32")
        for k, (start, count) in enumerate(zip(starts, steps)):
            out[k, :count], scale[k, :count] = rows[start : start + count], weights[start : start + count]
            mask[k, :count] = 1
        of = INPUTS[spec["input"]].get("of")
        if spec["form"] == "numbers":
            return self.numbers(of, out, mask, size), None
        found, owner = self.steps(of, out, mask, size)
        if spec.get("combine") and not of and np.any(scale[mask > 0] != 1):
            found["scale"] = floats(scale, size)
        return found, owner


Batch = collections.namedtuple("Batch", ["axes", "sequences", "arrays", "sizes", "examples", "labels", "reads"])
Batch.__doc__ = "Entities of each axis, the arrays of pairs, labels, and how often each entry of an axis is read."


def distinct(entities):
    found, index = np.unique(np.asarray(entities, np.int64), return_inverse=True)
    return found, index.reshape(-1)


class Group:
    """The examples of heads that are sampled together."""

    def __init__(self, spec, task, size):
        self.spec, self.task, self.size = spec, task, size
        self.sampler = None
        if spec["negatives"]:
            self.sampler = Sampler(spec["negatives"], array(f"sampler.{task}"))
        self.leaves = {leaf["node"]: Leaf(leaf) for leaf in spec["leaves"]}
        self.prepare()

    def prepare(self):
        """What the examples of a pass are: events, rows, cells or sequences."""
        spec = self.spec
        chosen = array(f"positives.{self.task}")
        if spec["of"] == "row":
            history = HISTORIES[spec["side"]]
            kept = np.ones(len(history.event), bool)
            if chosen is not None:
                kept = np.isin(history.event, chosen)
            before = np.concatenate([[0], np.cumsum(kept)])
            self.start = before[history.start]
            self.other, self.event = history.other[kept], history.event[kept]
            self.active = np.flatnonzero(np.diff(self.start))
            self.count = len(self.active)
        elif spec["of"] == "cell":
            self.count = USERS * ITEMS
            kept = np.ones(len(USER), bool) if chosen is None else np.isin(np.arange(len(USER)), chosen)
            kept &= (USER >= 0) & (ITEM >= 0)
            self.rows = np.flatnonzero(kept)
            cells = USER[kept].astype(np.int64) * ITEMS + ITEM[kept]
            self.cells, self.cell_of = np.unique(cells, return_inverse=True)
        elif spec["sequences"] is not None:
            self.pieces()
            self.count = len(self.piece)
        else:
            self.events = np.arange(len(USER)) if chosen is None else chosen.astype(np.int64)
            self.count = len(self.events)

    def pieces(self):
        start = HISTORIES["user"].start
        longest = self.spec["sequences"] or len(USER) + 1
        found = []
        for first, end in zip(start[:-1].tolist(), start[1:].tolist()):
            place, last = first, end - 1
            while (place < last or place == first) and place <= last:
                found.append((place, min(longest, last - place), place == first))
                place += longest
        self.piece = np.asarray(found, np.int64).reshape((-1, 3))

    def order(self, state, size):
        if self.spec["sequences"] is None:
            return permutation(self.count, state)
        order, steps, out = permutation(self.count, state), self.piece[:, 1], []
        for start in range(0, len(order), 8 * size):
            part = order[start : start + 8 * size]
            part = part[np.lexsort((part, steps[part]))]
            full = len(part) // size
            for batch in permutation(full, key(state, start, 0x4C45)):
                out.append(part[batch * size : (batch + 1) * size])
            out.append(part[full * size :])
        return np.concatenate(out)

    def sample(self, chosen, state, step):
        spec = self.spec
        if spec["of"] == "row":
            entities = self.active[chosen]
            return self.rows_all(entities) if spec["items"] == "all" else self.rows_cells(entities, state)
        if spec["of"] == "cell":
            return self.all_cells(chosen)
        if spec["sequences"] is not None:
            return self.whole(chosen, state, step)
        return self.of_events(self.events[chosen], state, step)

    def whole(self, chosen, state, step):
        """Sequences that are read once, and the events after each of their steps."""
        start, steps, first = self.piece[chosen].T
        length = bucket(max(1, int((self.piece[:, 1] if FIXED else steps).max())))
        rows, index = [], []
        for k in range(len(chosen)):
            seen = np.arange(1 - first[k], steps[k] + 1)
            rows.append(HISTORIES["user"].event[start[k] + seen])
            # before its first event a user has the state of the empty sequence
            index.append(np.where(seen == 0, len(chosen) * length, k * length + seen - 1))
        batch = self.of_events(np.concatenate(rows), state, step)
        sequences = (np.append(start, 0), np.append(steps, 0), length)
        arrays = {**batch.arrays, "state": ints(np.concatenate(index), batch.sizes["users"])}
        sizes = {**batch.sizes, "sequences": bucket(len(chosen) + 1)}
        return batch._replace(sequences=sequences, arrays=arrays, sizes=sizes)

    def of_events(self, rows, state, step):
        items = self.spec["items"]
        if items == "in-batch":
            return self.crossed(rows, ITEM[rows], np.arange(len(rows)))
        if items == "all":
            every = array("items.met").astype(np.int64)
            column = np.zeros(ITEMS, np.int64)
            column[every] = np.arange(len(every))
            return self.crossed(rows, every, column[ITEM[rows]])
        negatives = self.spec["negatives"]
        if negatives and negatives["shared"] and not self.spec["histories"]["item"]:
            return self.sharing(rows, state, step)
        return self.paired(rows, state, step)

    def axis(self, side, entities, rows, index):
        """The entries of an axis: one per example where it has a history of its own, else each entity once."""
        if self.spec["histories"][side]:
            return (entities, rows), index
        found, index = distinct(entities)
        return (found, None), index

    def paired(self, rows, state, step):
        """Each event with its own item, and the negatives drawn for it."""
        spec, negatives = self.spec, self.spec["negatives"] if self.spec["items"] == "sampled" else None
        draws = negatives["count"] * negatives["hard"] if negatives else 0
        each = 1 + draws
        user = np.repeat(USER[rows].astype(np.int64), each)
        item = np.zeros((len(rows), each), np.int64)
        item[:, 0] = ITEM[rows]
        positive = np.zeros((len(rows), each), "float32")
        positive[:, 0] = 1
        if draws and negatives["shared"]:
            item[:, 1:] = self.sampler.shared(key(state, step), np.arange(draws))
        elif draws:
            own = key(state, rows)[:, None]
            item[:, 1:] = self.sampler.items(USER[rows].astype(np.int64)[:, None], own, np.arange(draws)[None])
        if draws and negatives["shared"] and negatives["exclude"] == "observed":
            positive[:, 1:] = OBSERVED.has(USER[rows][:, None], item[:, 1:])
        example = np.repeat(np.arange(len(rows)), each)
        events = np.full((len(rows), each), -1)
        events[:, 0] = rows
        if spec["histories"]["user"]:
            users, user_index = (USER[rows].astype(np.int64), rows), example
        else:
            users, user_index = self.axis("user", user, None, None)
        pairs = np.arange(len(example))
        items, item_index = self.axis("item", item.reshape(-1), events.reshape(-1), pairs)
        sizes = self.sizes(users, items, bucket(len(rows)) * each)
        arrays = {
            "user": ints(user_index, sizes["pairs"]),
            "item": ints(item_index, sizes["pairs"]),
            "pairs": floats(np.ones(len(example)), sizes["pairs"]),
        }
        read = spec["reads"]
        negative = 0 if negatives and negatives["shared"] else 1 / (negatives["hard"] if negatives else 1)
        by_pair = np.full(events.shape, read["user"] / each)
        of_item = np.where(events >= 0, read["item"], negative).reshape(-1)
        log_q = self.sampler.log_q(item) if negatives and negatives.get("correct") else None
        size = bucket(len(rows))
        if draws:
            labels = self.labels(rows, size, events=events, positive=positive, log_q=log_q)
        else:
            labels = self.labels(rows, size, events=events[:, 0], positive=positive[:, 0])
        return Batch(
            {"users": users, "items": items, "pairs": (np.repeat(rows, each), None)},
            None,
            arrays,
            sizes,
            len(rows),
            labels,
            {
                "users": np.bincount(user_index, by_pair.reshape(-1), len(users[0])),
                "items": np.bincount(item_index, of_item, len(items[0])),
                "pairs": by_pair.reshape(-1),
            },
        )

    def sizes(self, users, items, pairs):
        return {"users": bucket(len(users[0])), "items": bucket(len(items[0])), "pairs": pairs}

    def sharing(self, rows, state, step):
        """Negatives that all examples share: the first columns, then come the distinct own items."""
        negatives = self.spec["negatives"]
        count = negatives["count"] * negatives["hard"]
        drawn = self.sampler.shared(key(state, step), np.arange(count))
        users, user_index = self.axis("user", USER[rows].astype(np.int64), rows, np.arange(len(rows)))
        values, own = distinct(ITEM[rows])
        entities, columns = distinct(np.concatenate([drawn, values]))
        items = (entities, None)
        size = bucket(len(rows))
        sizes = self.sizes(users, items, size)
        arrays = {
            "user": ints(user_index, size),
            "own": ints(count + own, size),
            "columns": ints(columns, bucket(len(columns))),
            "pairs": floats(np.ones(len(rows)), size),
        }
        positive = np.zeros((len(rows), 1 + count), "float32")
        positive[:, 0] = 1
        if negatives["exclude"] == "observed":
            positive[:, 1:] = OBSERVED.has(USER[rows][:, None], drawn[None])
        log_q = None
        if negatives.get("correct"):
            own_q, drawn_q = self.sampler.log_q(ITEM[rows]), self.sampler.log_q(drawn)
            log_q = np.concatenate([own_q[:, None], np.repeat(drawn_q[None], len(rows), 0)], axis=1)
        events = np.full(positive.shape, -1)
        events[:, 0] = rows
        read = self.spec["reads"]
        by_item = np.bincount(columns[count + own], np.full(len(rows), read["item"]), len(entities))
        return Batch(
            {"users": users, "items": items, "pairs": (np.repeat(rows, 1 + count), None)},
            None,
            arrays,
            sizes,
            len(rows),
            self.labels(rows, size, events=events, positive=positive, log_q=log_q),
            {"users": np.bincount(user_index, np.full(len(rows), read["user"]), len(users[0])), "items": by_item},
        )

    def crossed(self, rows, columns, own):
        """The user of every example with every item of a list."""
        spec, negatives = self.spec, self.spec["negatives"]
        in_batch = spec["items"] == "in-batch"
        size = bucket(max(len(rows), self.size if FIXED and spec["sequences"] is None else 0))
        users = (USER[rows].astype(np.int64), rows if spec["histories"]["user"] else None)
        width = size if in_batch else len(columns)
        if in_batch:
            if spec["histories"]["item"]:
                items, index = (columns.astype(np.int64), rows), np.arange(len(columns))
            else:
                items, index = self.axis("item", columns, None, None)
            arrays = {"columns": ints(index, width)}
        else:
            items, index, arrays = (columns, None), np.arange(len(columns)), {}
        # columns that are padding do not count
        positive = np.zeros((len(rows), width), "float32")
        positive[:, len(columns) :] = 1
        if negatives and negatives["exclude"] == "observed":
            positive[:, : len(columns)] = OBSERVED.has(USER[rows][:, None], columns[None])
        positive[np.arange(len(rows)), own] = 1
        log_q = None
        if negatives and negatives.get("correct"):
            log_q = padded(np.repeat(self.sampler.log_q(columns)[None], len(rows), 0), width, axis=1)
        events = np.full(positive.shape, -1)
        events[np.arange(len(rows)), own] = rows
        read = spec["reads"]
        return Batch(
            {"users": users, "items": items, "pairs": (np.repeat(padded(rows, size), width), None)},
            None,
            arrays,
            {"users": size, "items": bucket(len(items[0])), "pairs": size * width},
            len(rows),
            self.labels(rows, size, events=events, positive=positive, log_q=log_q),
            {
                "users": np.full(len(rows), read["user"]),
                "items": np.bincount(index[own], np.full(len(rows), read["item"]), len(items[0])),
                "pairs": np.full(size * width, read["user"] / width),
            },
        )

    def lists(self, entities):
        """Places of the cells of rows, one row after the other, and the row of each."""
        places, start = lists_of(self.start, entities)
        return places, np.repeat(np.arange(len(entities)), np.diff(start)), np.diff(start)

    def rows_all(self, entities):
        """Rows with all items."""
        places, row, cells = self.lists(entities)
        size = bucket(len(entities))
        column = self.other[places]
        positive = np.zeros((len(entities), ITEMS), "float32")
        positive[row, column] = 1
        events = np.full((len(entities), ITEMS), -1)
        events[row, column] = self.event[places]
        every = np.arange(ITEMS)
        return Batch(
            {"users": (entities, None), "items": (every, None), "pairs": (np.full(size * ITEMS, -1), None)},
            None,
            {},
            {"users": size, "items": bucket(ITEMS), "pairs": size * ITEMS},
            len(entities),
            self.labels(None, size, events=events, positive=positive, cells=cells),
            {
                "users": np.ones(len(entities)),
                "items": np.bincount(column, minlength=ITEMS).astype("float64"),
                "pairs": np.full(size * ITEMS, 1 / ITEMS),
            },
        )

    def rows_cells(self, entities, state):
        """Every observed cell of rows, each followed by the cells that are drawn for it."""
        spec = self.spec
        draws = spec["negatives"]["count"] if spec["items"] == "sampled" else 0
        each = 1 + draws
        places, row, cells = self.lists(entities)
        others = np.zeros((len(places), each), np.int64)
        others[:, 0] = self.other[places]
        if draws:
            own = key(state, self.event[places])[:, None]
            others[:, 1:] = self.sampler.items(entities[row][:, None], own, np.arange(draws)[None])
        events = np.full(others.shape, -1)
        events[:, 0] = self.event[places]
        positive = np.zeros(others.shape, "float32")
        positive[:, 0] = 1
        values, index = distinct(others.reshape(-1))
        rows = np.repeat(row, each)
        side = spec["side"]
        own_axis, across = ((entities, None), rows), ((values, None), index)
        (users, user), (items, item) = (own_axis, across) if side == "user" else (across, own_axis)
        size = bucket(len(rows))
        share = 1 / (each * cells[rows])
        reads = np.ones(len(rows))
        sizes = self.sizes(users, items, size)
        return Batch(
            {"users": users, "items": items, "pairs": (events.reshape(-1), None)},
            None,
            {
                "user": ints(user, size),
                "item": ints(item, size),
                "pairs": floats(np.ones(len(rows)), size),
            },
            sizes,
            len(entities),
            self.labels(
                None,
                size,
                events=events.reshape(-1),
                positive=positive.reshape(-1),
                cells=cells,
                entries=sizes["users" if side == "user" else "items"],
                count=len(entities),
            ),
            {
                "users": np.bincount(user, share if side == "user" else reads, len(users[0])),
                "items": np.bincount(item, share if side == "item" else reads, len(items[0])),
                "pairs": reads,
            },
        )

    def all_cells(self, chosen):
        """Cells of users x items, observed or not."""
        user, item = chosen // ITEMS, chosen % ITEMS
        at = np.minimum(np.searchsorted(self.cells, chosen), max(0, len(self.cells) - 1))
        seen = self.cells[at] == chosen
        users, user_index = distinct(user)
        items, item_index = distinct(item)
        size = bucket(len(chosen))
        reads = seen + self.spec["unobserved"]
        sums = lambda values: np.where(seen, np.bincount(self.cell_of, values[self.rows], len(self.cells))[at], 0)
        return Batch(
            {"users": (users, None), "items": (items, None), "pairs": (np.full(len(chosen), -1), None)},
            None,
            {
                "user": ints(user_index, size),
                "item": ints(item_index, size),
                "pairs": floats(np.ones(len(chosen)), size),
            },
            self.sizes((users, None), (items, None), size),
            len(chosen),
            self.labels(None, size, values=sums, positive=seen),
            {
                "users": np.bincount(user_index, reads, len(users)),
                "items": np.bincount(item_index, reads, len(items)),
                "pairs": reads,
            },
        )

    def labels(
        self, rows, size, events=None, positive=None, log_q=None, cells=None, values=None, entries=None, count=None
    ):
        """What the loss of each head reads, and the share of each example in the mean."""
        if values is None:
            values = lambda column: np.where(events >= 0, column[events], 0)
        count = len(positive) if count is None else count
        found = {}
        for head in self.spec["heads"]:
            name, reads = head["name"], head["reads"]
            given = {}
            if "target" in reads and f"target.{name}" in DATA:
                given["target"] = floats(values(array(f"target.{name}")), size)
            if "positive" in reads:
                given["positive"] = floats(positive, size)
            if "logQ" in reads and log_q is not None:
                given["logQ"] = floats(log_q, size)
            if "users" in reads and rows is not None:
                given["users"] = ints(USER[rows], size, -2)
            if "cells" in reads and cells is not None:
                given["cells"] = floats(cells, entries or size)
            if head["targets"]:
                given["targets"] = {
                    short: floats(values(array(f"targets.{name}.{short}")), size) for short in head["targets"]
                }
            many = size if head["items"] != "none" else (entries or size)
            real = len(positive) if head["items"] != "none" else count
            given["share"] = floats(np.ones(real) / count, many)
            found[name] = given
        return found

    def arrays(self, chosen, state, number, step):
        """The arrays that the model reads; number counts the steps of a phase, step those of an epoch."""
        batch = self.sample(np.asarray(chosen), state, step)
        random = key(state, number)
        found = {
            **batch.arrays,
            "users": floats(np.ones(len(batch.axes["users"][0])), batch.sizes["users"]),
            "items": floats(np.ones(len(batch.axes["items"][0])), batch.sizes["items"]),
            "labels": batch.labels,
            "leaf": {},
        }
        for name, leaf in self.leaves.items():
            axis = "sequences" if leaf.spec.get("whole") else leaf.spec["axis"]
            given, owner = leaf.read(batch, batch.sizes[axis], random)
            factors = array(f"penalty.{self.task}.{leaf.spec.get('table')}")
            if factors is not None and leaf.spec["readers"] > 0:
                reads = np.ones(len(chosen) + 1) if axis == "sequences" else batch.reads[axis]
                each = np.where(owner >= 0, reads[np.maximum(owner, 0)], 0) * leaf.spec["readers"] / batch.examples
                rows = given["rows"].reshape(-1)
                flat = np.zeros(len(rows))
                flat[: each.size] = each.reshape(-1)
                given["penalty"] = floats((flat * factors[rows]).reshape(given["rows"].shape), len(given["rows"]))
            found["leaf"][name] = given
        return found


class Batches(keras.utils.PyDataset):
    """The batches of a phase, in the order in which recspec takes them with the same seed."""

    def __init__(self, phase, seed=SEED, first=1):
        super().__init__()
        self.spec, self.phase, self.seed = PHASES[phase], phase, seed
        self.size = self.spec["batchSize"]
        self.groups = {group["task"]: Group(group, group["task"], self.size) for group in self.spec["groups"]}
        self.leader = next(iter(self.groups.values()))
        self.begin(first)

    def begin(self, epoch):
        """Begins an epoch, counted from 1."""
        self.epoch = epoch
        self.state = key(self.seed, self.phase, self.epoch)
        self.order = self.leader.order(self.state, self.size)

    def __len__(self):
        return -(-self.leader.count // self.size)

    def __getitem__(self, step):
        chosen = self.order[step * self.size : (step + 1) * self.size]
        number = (self.epoch - 1) * len(self) + step
        found = {task: group.arrays(chosen, self.state, number, step) for task, group in self.groups.items()}
        for task, group in self.groups.items():
            for head in group.spec["heads"]:
                weight = scheduled(head["weight"], number, len(self))
                share = found[task]["labels"][head["name"]]["share"]
                found[task]["labels"][head["name"]]["share"] = share * np.float32(weight)
        return (found,)


class Pairs:
    """Pairs of users and items to be scored, -1 unknown; events are rows of the training data."""

    def __init__(self):
        self.leaves = {leaf["node"]: Leaf(leaf) for leaf in SCORING}

    def arrays(self, users, items, events=None):
        users, items = np.asarray(users, np.int64), np.asarray(items, np.int64)
        if events is None:
            events = np.full(len(users), -1)
        user, user_index = distinct(users)
        item, item_index = distinct(items)
        axes = {"users": (user, None), "items": (item, None), "pairs": (np.asarray(events, np.int64), None)}
        sizes = {"users": bucket(len(user)), "items": bucket(len(item)), "pairs": bucket(len(users))}
        batch = Batch(axes, None, {}, sizes, len(users), {}, {})
        return {
            "user": ints(user_index, sizes["pairs"]),
            "item": ints(item_index, sizes["pairs"]),
            "pairs": floats(np.ones(len(users)), sizes["pairs"]),
            "users": floats(np.ones(len(user)), sizes["users"]),
            "items": floats(np.ones(len(item)), sizes["items"]),
            "leaf": {name: leaf.read(batch, sizes[leaf.spec["axis"]], None)[0] for name, leaf in self.leaves.items()},
        }
`
