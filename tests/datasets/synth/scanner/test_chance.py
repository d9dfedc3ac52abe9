"""Windows of one field that pass for fresh normal numbers."""

import numpy as np
import pytest

from parcelray.datasets.synth.scanner.chance import normal_field


@pytest.mark.parametrize("size", [(480, 640), (1024, 1024), (64, 3000)])
def test_normal_numbers_of_any_size(size: tuple[int, int]) -> None:
    field = normal_field(size, np.random.default_rng(1))
    assert field.shape == size
    assert field.dtype == np.float32
    assert float(field.mean()) == pytest.approx(0.0, abs=0.01)
    assert float(field.std()) == pytest.approx(1.0, abs=0.01)


def test_windows_differ_and_do_not_go_together() -> None:
    rng = np.random.default_rng(2)
    first, second = normal_field((480, 640), rng), normal_field((480, 640), rng)
    assert abs(float((first * second).mean())) < 0.01
    # Neighbours within a window neither.
    assert abs(float((first[:, 1:] * first[:, :-1]).mean())) < 0.01


def test_same_chance_same_window_and_nobody_writes_to_it() -> None:
    one, other = (normal_field((100, 100), np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(one, other)
    with pytest.raises(ValueError, match="read-only"):
        one[0, 0] = 1.0
