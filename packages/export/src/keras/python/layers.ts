/** The classes that model.py is made of, whatever the document is. */
export const layers = `
Value = collections.namedtuple("Value", ["tensor", "mask"], defaults=[None])
Value.__doc__ = "The values of a node: [entries, ...], and of sequences a mask, 1 where there is a step."


def unit(x):
    """Vectors divided by their length; lengths below 1e-6 count as 1e-6."""
    return x / ops.sqrt(ops.maximum(ops.sum(ops.square(x), axis=-1, keepdims=True), 1e-12))


def states(value, index):
    """The states of the users of a batch, from values at each step of its sequences, [sequences, length, ...]."""
    shape = ops.shape(value.tensor)
    return Value(ops.take(ops.reshape(value.tensor, (shape[0] * shape[1],) + tuple(shape[2:])), index, axis=0))


class Op(keras.layers.Layer):
    """An entry of "ops": params are those of the document; weight has its weights by their names."""

    def __init__(self, name, params, weights=None, shares=None):
        super().__init__(name=name.replace("/", "."))
        self.params = types.SimpleNamespace(**params)
        if shares is not None:
            self.weight = shares.weight
        else:
            made = {
                key: self.add_weight(name=key, shape=shape, initializer="zeros", trainable=trainable)
                for key, (shape, trainable) in (weights or {}).items()
            }
            self.weight = types.SimpleNamespace(**made)
        self.seed = keras.random.SeedGenerator(1)
        self.built = True

    def dropped(self, x, rate, training):
        """In training, a share of x set to 0 and the rest divided by 1 - rate."""
        return keras.random.dropout(x, rate, seed=self.seed) if training and rate > 0 else x


class Table(keras.layers.Layer):
    """The rows of an entry of "embeddings"."""

    def __init__(self, name, height, dim):
        super().__init__(name="table." + name.replace("/", "."))
        self.rows = self.add_weight(name="rows", shape=(height, dim), initializer="zeros")
        self.built = True

    def one(self, leaf):
        """One row of each entry."""
        return Value(ops.take(self.rows, leaf["rows"], axis=0))

    def sequence(self, leaf):
        """A sequence of rows of each entry."""
        found = ops.take(self.rows, leaf["rows"], axis=0)
        return Value(found * ops.expand_dims(leaf["scale"], -1) if "scale" in leaf else found, leaf["mask"])

    def bag(self, leaf, entries):
        """The weighted sum of the rows of each entry."""
        found = ops.take(self.rows, leaf["rows"], axis=0) * ops.expand_dims(leaf["weights"], -1)
        return Value(ops.segment_sum(found, leaf["owner"], num_segments=ops.shape(entries)[0]))

    def steps(self, leaf):
        """The weighted sum of the rows of each step of sequences."""
        shape = ops.shape(leaf["mask"])
        found = ops.take(self.rows, leaf["rows"], axis=0) * ops.expand_dims(leaf["weights"], -1)
        sums = ops.segment_sum(found, leaf["owner"], num_segments=shape[0] * shape[1])
        return Value(ops.reshape(sums, (shape[0], shape[1], self.rows.shape[1])), leaf["mask"])

    def penalty(self, leaf):
        """The l2 penalty of the rows that a batch reads, as often as it reads them."""
        if "penalty" not in leaf:
            return 0.0
        found = ops.take(self.rows, leaf["rows"], axis=0)
        return ops.sum(leaf["penalty"] * ops.sum(ops.square(found), axis=-1))


def running(value, combine):
    """The sum or the mean of the steps up to each one."""
    mask = ops.expand_dims(value.mask, -1)
    sums = ops.cumsum(value.tensor * mask, axis=1)
    return Value(sums if combine == "sum" else sums / ops.maximum(ops.cumsum(mask, axis=1), 1))


class Listed:
    """Pairs of users and items, one by one."""

    def __init__(self, batch, width=1):
        self.width = width
        self.rows, self.columns, self.present = batch["user"], batch["item"], batch["pairs"]

    def table(self, value):
        """Scores as a row for each example."""
        return ops.reshape(value.tensor, (-1, self.width))

    def user(self, value):
        return self.take(value, self.rows)

    def item(self, value):
        return self.take(value, self.columns)

    def take(self, value, index):
        mask = None if value.mask is None else ops.take(value.mask, index, axis=0)
        return Value(ops.take(value.tensor, index, axis=0), mask)

    def dots(self, user, item):
        rows = ops.take(user, self.rows, axis=0) * ops.take(item, self.columns, axis=0)
        return Value(ops.sum(rows, axis=-1, keepdims=True))


class Grid(Listed):
    """Every user of a batch with every column."""

    def __init__(self, batch, width=None):
        self.entries = ops.shape(batch["users"])[0]
        self.chosen = ops.arange(width, dtype="int32") if width else batch["columns"]
        width = self.width = ops.shape(self.chosen)[0]
        self.rows = ops.repeat(ops.arange(self.entries, dtype="int32"), width)
        self.columns = ops.tile(self.chosen, (self.entries,))
        self.present = ops.repeat(batch["users"], width)

    def dots(self, user, item):
        chosen = ops.take(item, self.chosen, axis=0)
        return Value(ops.reshape(ops.matmul(user, ops.transpose(chosen)), (-1, 1)))


class Shared(Listed):
    """Each example's user with its own item, and then with the negatives of the batch."""

    def __init__(self, batch, negatives):
        self.width = 1 + negatives
        self.user_of, self.negatives = batch["user"], batch["columns"][:negatives]
        self.own = ops.take(batch["columns"], batch["own"], axis=0)
        entries = ops.shape(self.own)[0]
        self.rows = ops.repeat(self.user_of, 1 + negatives)
        others = ops.tile(ops.expand_dims(self.negatives, 0), (entries, 1))
        self.columns = ops.reshape(ops.concatenate([ops.expand_dims(self.own, 1), others], axis=1), (-1,))
        self.present = ops.repeat(batch["pairs"], 1 + negatives)

    def dots(self, user, item):
        users = ops.take(user, self.user_of, axis=0)
        own = ops.sum(users * ops.take(item, self.own, axis=0), axis=-1, keepdims=True)
        others = ops.matmul(users, ops.transpose(ops.take(item, self.negatives, axis=0)))
        return Value(ops.reshape(ops.concatenate([own, others], axis=1), (-1, 1)))


class Loss:
    """A loss of a head: terms maps scores and labels to a number or a row of numbers per example."""

    def __init__(self, params, negatives=None):
        self.params, self.negatives = types.SimpleNamespace(**params), negatives


Labels = collections.namedtuple(
    "Labels", ["target", "positive", "logQ", "users", "cells", "targets", "items"], defaults=[None] * 7
)
`

/** The base of the class \`Model\` of model.py. */
export const network = `
class Network(keras.Model):
    """What Model is made of: its methods say what is computed, one for each task."""

    task = "score"

    @property
    def named(self):
        """The weights by the names that recspec gives them."""
        of = lambda owner, name: owner.rows if isinstance(owner, Table) else getattr(owner.weight, name)
        return {name: of(getattr(self, owner), short) for name, (owner, short) in WEIGHTS.items()}

    def call(self, batch, training=False):
        found = {}
        for name in TASKS[self.task]:
            found.update(getattr(self, name)(batch if self.task == "score" else batch[name], training))
        return found

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """The mean of each head's terms over the examples, and the penalties."""
        total = 0.0
        for name in TASKS[self.task]:
            batch = x[name]
            for head, loss in LOSSES[name].items():
                labels = batch["labels"][head]
                share = labels["share"]
                given = Labels(
                    **{key: labels.get(key) for key in ("target", "positive", "logQ", "users", "cells")},
                    targets=labels.get("targets"),
                    items=ITEMS,
                )
                terms = loss.terms(**y_pred[head], labels=given)
                if len(terms.shape) == 2:
                    share = ops.expand_dims(share, -1)
                total = total + ops.sum(terms * share)
            for leaf, table in LEAVES[name].items():
                total = total + getattr(self, table).penalty(batch["leaf"][leaf])
        for weight, factor in PENALTIES[self.task].items():
            total = total + factor * ops.sum(ops.square(self.named[weight]))
        return total

    def select(self, task):
        """Chooses what is computed, and which weights a phase trains."""
        self.task = task
        trained = TRAINS.get(task, ())
        for name, weight in self.named.items():
            weight.trainable = name in trained

    def load(self, path):
        """Reads the weights from a safetensors file."""
        found = safetensors.numpy.load_file(path)
        missing, extra = set(self.named) - set(found), set(found) - set(self.named)
        if missing or extra:
            raise ValueError(f"{path}: missing {sorted(missing)}, not in the model: {sorted(extra)}")
        for name, weight in self.named.items():
            if tuple(weight.shape) != found[name].shape:
                raise ValueError(f"{path}: {name} is {found[name].shape}, expected {tuple(weight.shape)}")
            weight.assign(found[name])

    def save_weights_to(self, path, **said):
        """Writes the weights to a safetensors file, which recspec export --from keras reads."""
        found = {name: np.ascontiguousarray(ops.convert_to_numpy(w.value)) for name, w in self.named.items()}
        safetensors.numpy.save_file(found, path, metadata={key: str(value) for key, value in said.items()})
`
