from __future__ import annotations

from pathlib import Path

import pytest

from parcelray.models.errors import BadInputError
from parcelray.serving.settings import default_data_dir, load_settings


def test_options_go_before_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PARCELRAY_PORT", "9000")
    monkeypatch.setenv("PARCELRAY_DATA_DIR", str(tmp_path))
    assert load_settings(port=None).port == 9000
    assert load_settings(port=9001).port == 9001
    assert load_settings().data_dir == tmp_path


def test_the_default_data_folder_does_not_depend_on_where_one_stands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("PARCELRAY_DATA_DIR", raising=False)
    before = default_data_dir()
    monkeypatch.chdir(tmp_path)
    assert load_settings().data_dir == before
    assert before.is_absolute()


def test_a_value_that_cannot_be_is_named_as_it_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInputError, match=r"^--port: expected less than or equal to 65535, got 70000$"):
        load_settings(port=70000)
    monkeypatch.setenv("PARCELRAY_MAX_VIEWS", "many")
    with pytest.raises(BadInputError, match=r"^PARCELRAY_MAX_VIEWS: expected a valid integer.*got 'many'$"):
        load_settings()
