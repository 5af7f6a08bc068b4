/** The rules of train.py that every document has. */
export const optimizer = `
class Optimizer(keras.optimizers.Optimizer):
    """
    An optimizer of the document: step gives what a weight moves by, and its new slots. Unless it says that it is not
    lazy, a row of a table whose gradient is 0 stays and keeps its slots.
    """

    slots = ()

    def __init__(self, params, rate, tables, decay=0.0, **named):
        super().__init__(learning_rate=rate, **named)
        self.params, self.tables, self.decay = types.SimpleNamespace(**params), tables, decay

    def initial(self):
        return 0.0

    def lazy(self):
        return True

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.is_table = [v.path in self.tables for v in variables]
        start = keras.initializers.Constant(self.initial())
        made = lambda slot, v: self.add_variable_from_reference(v, name=slot, initializer=start)
        self.kept = {slot: [made(slot, v) for v in variables] for slot in self.slots}

    def update_step(self, gradient, variable, learning_rate):
        if hasattr(gradient, "indices"):
            # of TensorFlow: the rows that were read
            gradient = ops.segment_sum(gradient.values, gradient.indices, num_segments=variable.shape[0])
        gradient = ops.cast(ops.convert_to_tensor(gradient), variable.dtype)
        rate = ops.cast(learning_rate, variable.dtype)
        number = ops.cast(self.iterations + 1, variable.dtype)
        place = self._get_variable_index(variable)
        table = self.is_table[place]
        before = ops.convert_to_tensor(variable)
        slots = {slot: ops.convert_to_tensor(kept[place]) for slot, kept in self.kept.items()}
        step, after = self.step(gradient, slots, rate, number, table)
        value = before * (1 - rate * self.decay) - step
        if table and self.lazy():
            read = ops.any(ops.not_equal(gradient, 0), axis=-1, keepdims=True)
            value = ops.where(read, value, before)
            after = {slot: ops.where(read, new, slots[slot]) for slot, new in after.items()}
        elif table and self.decay:
            read = ops.any(ops.not_equal(gradient, 0), axis=-1, keepdims=True)
            value = ops.where(read, value, before - step)
        for slot, new in after.items():
            self.assign(self.kept[slot][place], new)
        self.assign(variable, value)


class Rate(keras.optimizers.schedules.LearningRateSchedule):
    """A schedule of the document over the steps of a phase."""

    def __init__(self, schedule, per_epoch, first=0):
        self.schedule, self.per_epoch, self.first = schedule, per_epoch, first

    def __call__(self, step):
        return scheduled(self.schedule, ops.cast(step, "float32") + self.first, self.per_epoch, ops)
`

/** The rest of train.py. */
export const training = `
def train(phase, epochs=None, seed=batches.SEED, first=1, verbose=2):
    """Trains a phase of the document for some epochs, and returns the history of Keras."""
    spec = batches.PHASES[phase]
    data = batches.Batches(phase, seed, first)
    model.select(f"phase{phase + 1}")
    rate = spec["learningRate"]
    if not isinstance(rate, (int, float)):
        rate = Rate(rate, len(data), (first - 1) * len(data))
    tables = {weight.path for name, weight in model.named.items() if name.startswith("table/")}
    more = {} if spec["clipNorm"] is None else {"global_clipnorm": spec["clipNorm"]}
    optimizer = OPTIMIZERS[phase](spec["params"], rate, tables, spec["weightDecay"], **more)
    model.compile(optimizer=optimizer, jit_compile="auto")
    begin = keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: data.begin(first + epoch))
    epochs = spec["epochs"] if epochs is None else epochs
    return model.fit(data, epochs=epochs, shuffle=False, callbacks=[begin], verbose=verbose)


def main():
    parser = argparse.ArgumentParser(description="Trains the model, and writes its weights to weights.safetensors.")
    parser.add_argument("--phase", type=int, help="one phase, from 1; default: all, or the last of a trained model")
    parser.add_argument("--epochs", type=int, help="epochs of each phase; default: those of the document")
    parser.add_argument("--seed", type=int, default=batches.SEED, help="of batches and negatives")
    parser.add_argument("--first", type=int, default=1, help="the epoch to begin with, for schedules")
    given = parser.parse_args()
    if given.phase is not None and not 1 <= given.phase <= len(batches.PHASES):
        parser.error(f"--phase is from 1 to {len(batches.PHASES)}, got {given.phase}")
    phases = [given.phase - 1] if given.phase else batches.TRAINED
    for phase in phases:
        print(f"phase {phase + 1} of {len(batches.PHASES)}", flush=True)
        train(phase, given.epochs, given.seed, given.first)
    path = os.path.join(batches.FOLDER, "weights.safetensors")
    said = ",".join(str(phase + 1) for phase in phases)
    backend = keras.backend.backend()
    model.save_weights_to(path, keras=keras.__version__, backend=backend, phases=said, epochs=given.epochs or "")
    print(f"wrote {path}")


devices = keras.distribution.list_devices() if keras.backend.backend() == "jax" else []
if len(devices) > 1:
    # every device has the whole model and a share of each batch
    batches.DEVICES = len(devices)
    keras.distribution.set_distribution(keras.distribution.DataParallel(devices=devices))
model = Model()
model.load(os.path.join(batches.FOLDER, "weights.safetensors"))

if __name__ == "__main__":
    main()
`

/** The rest of score.py. */
export const scoring = `
model = Model()
model.load(os.path.join(batches.FOLDER, "weights.safetensors"))
model.select("score")
pairs = batches.Pairs()


def scores(users, items, events=None, block=4096):
    """The scores of pairs, [pairs, width]: places in users.json and items.json, -1 unknown; raw, as they rank."""
    found = []
    for start in range(0, len(users), block):
        part = slice(start, start + block)
        chosen = None if events is None else events[part]
        batch = pairs.arrays(users[part], items[part], chosen)
        out = ops.convert_to_numpy(model(batch)["score"])
        found.append(out.reshape((len(batch["pairs"]), -1))[: len(users[part])])
    return np.concatenate(found)


def predictions(users, items, events=None):
    """What recspec predict gives: probabilities where the loss predicts them, in the scale of the target."""
    found = scores(users, items, events).astype("float64")
    if PREDICTS["classes"]:
        powers = np.exp(found - found.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)
    if PREDICTS["probability"]:
        found = 1 / (1 + np.exp(-found))
    low, high = PREDICTS["range"] or (0, 1)
    found = low + found * (high - low)
    return np.clip(found, *PREDICTS["clip"]) if PREDICTS["clip"] else found


def main():
    parser = argparse.ArgumentParser(description="Scores pairs of users and items by their ids.")
    parser.add_argument("pairs", help="a CSV file with the columns user and item: ids")
    parser.add_argument("out", help="a CSV file with the same columns and the prediction of each row")
    given = parser.parse_args()
    places = {}
    for side in ("user", "item"):
        with open(os.path.join(batches.FOLDER, f"{side}s.json"), encoding="utf-8") as file:
            places[side] = {name: place for place, name in enumerate(json.load(file))}
    with open(given.pairs, newline="", encoding="utf-8") as file:
        rows = [(row["user"], row["item"]) for row in csv.DictReader(file)]
    users = np.asarray([places["user"].get(user, -1) for user, _ in rows])
    items = np.asarray([places["item"].get(item, -1) for _, item in rows])
    found = predictions(users, items)
    names = ["score"] if found.shape[1] == 1 else [f"class{place + 1}" for place in range(found.shape[1])]
    with open(given.out, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["user", "item", *names], *([*row, *some] for row, some in zip(rows, found))])
    print(f"scored {len(rows)} pairs in {given.out}")


if __name__ == "__main__":
    main()
`
