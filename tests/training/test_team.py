"""Several processes that train one network."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from parcelray.models.package import WEIGHTS
from parcelray.training.run_folder import LOG
from parcelray.training.team import Team

CPU = torch.device("cpu")


@pytest.mark.parametrize(
    ("size", "batch"), [(1, [4, 5, 6]), (2, [4, 5, 6, 7]), (2, [4, 5, 6]), (3, [4]), (4, [4, 5, 6])]
)
def test_each_takes_its_share_and_nobody_is_left_without(size: int, batch: list[int]) -> None:
    shares = [Team(rank, size, CPU).share(batch) for rank in range(size)]
    assert {len(share) for share in shares} == {max(1, -(-len(batch) // size))}
    assert {index for share in shares for index in share} == set(batch)


SCRIPT = """
import os, sys, torch
from pathlib import Path
from safetensors.torch import save_file
from parcelray.training import loop
torch.set_num_threads(1)
made = []
whole = loop.YoloX
loop.YoloX = lambda *given: made.append(whole(*given)) or made[-1]
run = Path(sys.argv[2])
loop.train(Path(sys.argv[1]), run, workers=0)
trained = {name: value.contiguous() for name, value in made[0].state_dict().items()}
save_file(trained, run / f"rank{os.environ['RANK']}.safetensors")
"""


@pytest.mark.slow
@pytest.mark.parametrize(("section", "epochs"), [("", 2), ("[memory]\nweight = 1.0\n", 1)], ids=["plain", "memory"])
def test_two_processes_end_with_one_network(
    write_recipe: Callable[..., Path], tmp_path: Path, section: str, epochs: int
) -> None:
    """Two ranks over gloo; every third scan of the set is empty, so some shares hold no item at all."""
    run, recipe = tmp_path / "run", write_recipe(epochs=epochs)
    text = recipe.read_text().replace("start = { ", 'start = { labels = ["pistol", "pipe"], ')
    recipe.write_text(text.replace("[optimiser]", f"{section}[optimiser]"))
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    subprocess.run(
        [*command, str(script), str(recipe), str(run)],
        check=True,
        timeout=300,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
    )
    first, second = (load_file(run / f"rank{rank}.safetensors") for rank in range(2))
    for name, value in first.items():
        if "running" not in name and "tracked" not in name:
            np.testing.assert_array_equal(value, second[name], err_msg=name)
    assert len((run / LOG).read_text().splitlines()) == epochs, "one of them writes the log"
    assert (run / WEIGHTS).is_file()
