"""Writes vectors.json: inputs, values and gradients of recspec's operators, losses and optimizers by PyTorch.

    python3 packages/core/test/torch/vectors.py

The tests beside it hold every backend to them. Needs PyTorch (2.15 made the stored ones); computes in float64.
"""

import json
from pathlib import Path

import losses
import ops
import optimizers


def main() -> None:
    sections = {
        "ops": ops.cases(),
        "losses": losses.cases(),
        "grids": losses.on_factors(),
        "rules": optimizers.rules(),
        "training": optimizers.training(),
    }
    lines = [f'"events": {json.dumps(optimizers.EVENTS)}']
    for name, cases in sections.items():
        rows = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
        lines.append(f'"{name}": [\n{rows}\n]')
    Path(__file__).with_name("vectors.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
