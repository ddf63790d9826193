"""The stores of a folder are shared, and the last to leave stops them."""

import stat

import pytest

from devstack import folders
from devstack.environment import secret_key_file
from devstack.errors import StackError
from devstack.folders import private_folder, socket_folder
from devstack.stores import Stores, TestStores
from devstack.valkey import Valkey


def valkey(home, fast=False):
    return Valkey(home / "valkey", home / "sockets", home / "valkey.log", fast=fast)


def test_valkey_keeps_data_over_a_restart_and_is_joined_when_it_runs(tmp_path):
    first = valkey(tmp_path)
    first.start()
    with first.connect() as client:
        client.set("word", "still here")
    first.stop()
    second, third = valkey(tmp_path), valkey(tmp_path)
    second.start()
    third.start()
    assert third.adopted
    with third.connect() as client:
        assert client.get("word") == b"still here"
    third.stop()
    assert second._process.wait(timeout=10) == 0


@pytest.mark.usefixtures("no_addresses")
def test_two_test_runs_share_postgresql_and_nothing_else(tmp_path):
    with TestStores(tmp_path) as outer:
        with TestStores(tmp_path) as inner:
            assert inner.postgres.adopted
            assert not {*inner.environment().values()} & {*outer.environment().values()}
            own = inner.valkey
        assert outer.postgres._answers()
        assert outer.valkey._answers()
        assert not own._answers()
    assert not outer.postgres._answers()
    assert not outer.valkey._answers()


def test_an_address_from_outside_is_used_as_it_is(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/name")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    with Stores(tmp_path) as stores:
        assert stores.environment() == {}
        assert (stores.postgres, stores.valkey) == (None, None)


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_each_address_stands_for_its_own_store_only(name, tmp_path, monkeypatch, no_addresses):
    monkeypatch.setenv(f"{name}_FILE", "/run/secrets/address")
    stores = Stores(tmp_path)
    assert (stores.postgres is None) == (name == "DATABASE_URL")
    assert (stores.valkey is None) == (name == "REDIS_URL")


def test_the_secret_key_is_written_once_and_for_its_owner_alone(tmp_path):
    path = secret_key_file(tmp_path)
    first = path.read_text()
    assert len(first) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert secret_key_file(tmp_path).read_text() == first


def test_a_private_folder_is_closed_to_others_even_if_it_was_open(tmp_path):
    (tmp_path / "open").mkdir(mode=0o755)
    assert stat.S_IMODE(private_folder(tmp_path / "open").stat().st_mode) == 0o700


def test_a_private_folder_is_no_link_that_somebody_laid(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(StackError, match="belongs to somebody else"):
        private_folder(tmp_path / "link")


@pytest.mark.parametrize("name", ["x" * 90, "with space"])
def test_a_socket_gets_another_folder_when_its_path_is_long_or_odd(name, tmp_path, monkeypatch):
    monkeypatch.setattr(folders.tempfile, "gettempdir", lambda: str(tmp_path.parent))
    found = socket_folder(tmp_path / name)
    assert found.parent == tmp_path.parent
    assert found == socket_folder(tmp_path / name) != socket_folder(tmp_path / f"{name} ")
