import numpy as np
import pytest

from parcelray.training.evaluation.free_response import RATES, free_responses
from support.judged import judged, random_scans

GUN = (0.0, 0.0, 10.0, 10.0)
AWAY = (50.0, 50.0, 60.0, 60.0)


def test_a_worked_example() -> None:
    clean = [judged(n, boxes=[(0, 0.5, GUN), (0, 0.4, AWAY)] if n == 0 else []) for n in range(4)]
    showing = [
        judged(10, [("gun", GUN)], [(0, 0.9, GUN)]),
        # Two boxes on one item count once; a box elsewhere on a scan with an item is no false alarm.
        judged(11, [("gun", GUN)], [(0, 0.45, GUN), (0, 0.42, GUN), (0, 0.99, AWAY)]),
        judged(12, [("gun", GUN)]),
        judged(13, [("gun", GUN), ("gun", AWAY)], [(0, 0.1, GUN), (0, 0.6, AWAY)]),
    ]
    told = free_responses(clean + showing, {"gun": [0]})
    assert told is not None
    gun = told.per_class["gun"]
    # No alarm up to 1/8; one in four scans from 1/4 on; both from 1/2 on.
    assert [one.value for one in gun.found] == pytest.approx([0.4, 0.4, 0.4, 0.4, 0.6, 0.8, 0.8])
    assert gun.merit.value == pytest.approx(np.mean([0.4, 0.4, 0.4, 0.4, 0.6, 0.8, 0.8]))
    assert gun.alarms.tolist() == [0.0, 0.0, 0.0, 0.25, 0.5]
    assert gun.sensitivity.tolist() == pytest.approx([0.0, 0.2, 0.4, 0.6, 0.8])
    assert (told.clean_scans, told.merit.value) == (4, gun.merit.value)


def test_the_mean_is_over_classes_and_intervals_hold_the_value() -> None:
    told = free_responses(random_scans(0, categories=("gun", "knife")), {"gun": [0], "knife": [1]})
    assert told is not None
    assert told.merit.value == pytest.approx(np.mean([one.merit.value for one in told.per_class.values()]))
    for one in told.per_class.values():
        assert one.merit.low <= one.merit.value <= one.merit.high
        found = [interval.value for interval in one.found]
        assert found == sorted(found)
        assert len(found) == len(RATES)
        assert (np.diff(one.alarms) >= 0).all()
        assert (np.diff(one.sensitivity) > 0).all()


def test_without_clean_scans_there_is_nothing_to_count() -> None:
    showing = [scan for scan in random_scans(0) if not scan.clean]
    assert free_responses(showing, {"gun": [0]}) is None
