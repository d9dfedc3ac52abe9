from __future__ import annotations

from contextlib import ExitStack

import pytest

from parcelray.models.errors import OverloadedError
from parcelray.serving.engine.admission import Admission


def test_the_next_one_is_sent_away_when_the_house_is_full() -> None:
    admission = Admission(2)
    with ExitStack() as inside:
        inside.enter_context(admission.admit())
        inside.enter_context(admission.admit())
        with pytest.raises(OverloadedError, match="at most 2 requests at once") as refused, admission.admit():
            pytest.fail("was let in")
        assert refused.value.retry_after_s >= 1
        assert admission.inside == 2
    assert admission.inside == 0


def test_a_place_is_given_back_however_the_work_ends() -> None:
    admission = Admission(1)
    for fault in (ValueError, KeyboardInterrupt):
        for _ in range(3):
            with pytest.raises(fault), admission.admit():
                raise fault
    assert admission.inside == 0
