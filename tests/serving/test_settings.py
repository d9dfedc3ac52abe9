from __future__ import annotations

from pathlib import Path

import pytest

from parcelray.models.errors import BadInputError
from parcelray.serving.settings import Settings, default_data_dir, load_settings, settings_in_force
from parcelray.serving.settings_reference import reference


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "parcelray.toml"


def origins(**options: object) -> dict[str, str]:
    return {one.name: one.origin for one in settings_in_force(**options)}


def test_options_go_before_the_environment_before_the_file_before_defaults(
    monkeypatch: pytest.MonkeyPatch, config: Path
) -> None:
    config.write_text('host = "::"\nport = 9000\nmax_views = 3')
    monkeypatch.setenv("PARCELRAY_PORT", "9001")
    monkeypatch.setenv("PARCELRAY_MAX_VIEWS", "4")
    settings = load_settings(config=config, port=None, max_views=5)
    assert (settings.host, settings.port, settings.max_views, settings.max_side) == ("::", 9001, 5, 20_000)
    found = origins(config=config, port=None, max_views=5)
    assert [found[name] for name in ("host", "port", "max_views", "max_side", "config")] == [
        "file", "environment", "option", "default", "option",
    ]  # fmt: skip


def test_the_file_may_be_named_in_the_environment(monkeypatch: pytest.MonkeyPatch, config: Path) -> None:
    config.write_text("port = 9000")
    assert load_settings().port == 8080
    monkeypatch.setenv("PARCELRAY_CONFIG", str(config))
    assert load_settings().port == 9000


def test_a_variable_that_is_empty_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PARCELRAY_CONFIG", "PARCELRAY_MODEL", "PARCELRAY_DATABASE_URL", "PARCELRAY_PORT"):
        monkeypatch.setenv(name, "")
    assert load_settings() == Settings()


def test_made_directly_they_have_what_they_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARCELRAY_PORT", "9000")
    assert Settings(max_views=3).port == 8080


def test_the_default_data_folder_does_not_depend_on_where_one_stands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("PARCELRAY_DATA_DIR", raising=False)
    before = default_data_dir()
    monkeypatch.chdir(tmp_path)
    assert load_settings().data_dir == before
    assert before.is_absolute()


def test_a_value_that_cannot_be_is_named_as_it_was_given(monkeypatch: pytest.MonkeyPatch, config: Path) -> None:
    with pytest.raises(BadInputError, match=r"^--port: expected less than or equal to 65535, got 70000$"):
        load_settings(port=70000)
    config.write_text("body_timeout_s = inf")
    with pytest.raises(BadInputError) as raised:
        load_settings(config=config)
    assert str(raised.value) == f"{config}: body_timeout_s: expected a finite number, got inf"
    expected = "--forwarded-from: expected addresses or networks with commas between, got 'proxy.hub'"
    with pytest.raises(BadInputError, match=f"^{expected}$"):
        load_settings(forwarded_from="proxy.hub")
    monkeypatch.setenv("PARCELRAY_MAX_VIEWS", "many")
    with pytest.raises(BadInputError, match=r"^PARCELRAY_MAX_VIEWS: expected a valid integer.*got 'many'$"):
        load_settings()


@pytest.mark.parametrize(
    ("content", "key", "near"),
    [
        ("data_folder = 1", "data_folder", "data_dir"),
        ("[max]\nviews = 1", "max", "max_side"),
        # It would have to be known before the file is.
        ('config = "other.toml"', "config", "accept_unsigned"),
    ],
)
def test_a_key_that_is_unknown_is_named_with_the_nearest(config: Path, content: str, key: str, near: str) -> None:
    config.write_text(content)
    with pytest.raises(BadInputError) as raised:
        load_settings(config=config)
    assert str(raised.value) == f"{config}: {key}: expected a known setting (nearest: {near}), got an unknown one"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "expected a TOML file that can be read, got {config} (No such file or directory)"),
        (b"port: 9000", "expected a TOML file, got {config}, which is none (Expected '=' after a key"),
        (b"\xff", "expected a TOML file, got {config}, which is none ('utf-8' codec"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_as_it_was_given(
    monkeypatch: pytest.MonkeyPatch, config: Path, content: bytes | None, says: str
) -> None:
    if content is not None:
        config.write_bytes(content)
    with pytest.raises(BadInputError) as raised:
        load_settings(config=config)
    assert str(raised.value).startswith(f"--config: {says.format(config=config)}")
    monkeypatch.setenv("PARCELRAY_CONFIG", str(config))
    with pytest.raises(BadInputError, match=r"^PARCELRAY_CONFIG: expected a TOML file"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("PARCELRAY_DATADIR", "PARCELRAY_DATA_DIR"),
        ("PARCELRAY_MAX_SIZE", "PARCELRAY_MAX_SIDE"),
        ("parcelray_ports", "PARCELRAY_PORT"),
        ("PARCELRAY_KEYS", "PARCELRAY_KEY"),
    ],
)
def test_a_variable_that_looks_misspelt_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, near: str) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(BadInputError, match=rf"^{name}: expected {near}, or no variable"):
        load_settings()


@pytest.mark.parametrize(
    "name",
    [
        "PARCELRAY_KEY",
        # What Kubernetes sets in every container where services are called parcelray and parcelray-db.
        "PARCELRAY_SERVICE_HOST",
        "PARCELRAY_SERVICE_PORT",
        "PARCELRAY_PORT_8080_TCP",
        "PARCELRAY_PORT_8080_TCP_PORT",
        "PARCELRAY_DB_PORT",
        "PARCELRAY_DB_SERVICE_HOST",
    ],
)
def test_other_variables_are_let_be(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "tcp://10.0.0.1:8080")
    assert load_settings() == Settings()


def test_every_setting_is_described() -> None:
    entries = reference()
    assert [one.name for one in entries] == list(Settings.model_fields)
    assert all(one.description.endswith(".") for one in entries)
    (port,) = (one for one in entries if one.name == "port")
    assert (port.variable, port.type, port.default, port.limits) == (
        "PARCELRAY_PORT",
        "whole number",
        "8080",
        "at least 0, at most 65535",
    )
