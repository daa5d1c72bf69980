"""The environment of a service: what is misspelt, what is out of range, and stores that are not there."""

from pathlib import Path

import pytest

from proofboard.app.service.opening import refuse_absent_stores
from proofboard.errors import InputError
from proofboard.settings import Settings, read_settings


def test_a_misspelt_setting_is_refused_with_the_name_that_was_meant() -> None:
    with pytest.raises(InputError, match=r"DATBASE_URL: is no setting; did you mean PROOFBOARD_DATABASE_URL\?"):
        read_settings({"PROOFBOARD_DATBASE_URL": "postgresql://db"})


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PROOFBOARD_LOG_LEVEL", "loud", "expected one of debug, error, info, warning"),
        ("PROOFBOARD_READS_PER_MINUTE", "0", "expected a whole number from 1 on"),
        ("PROOFBOARD_TRUSTED_PROXIES", "-1", "expected a whole number from 0 on"),
        ("PROOFBOARD_DEEP_SCAN", "maybe", "expected true or false"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_with_what_can(name: str, value: str, expected: str) -> None:
    with pytest.raises(InputError, match=f"{name}: is '{value}', {expected}"):
        read_settings({name: value})


def test_all_faulty_settings_are_told_at_once() -> None:
    with pytest.raises(InputError) as found:
        read_settings({"PROOFBOARD_DEEP_SCAN": "maybe", "PROOFBOARD_LOG_LEVEL": "loud", "PROOFBOARD_NOTHING": "1"})
    assert len(found.value.faults) == 3


def test_a_service_does_not_start_without_the_stores_that_are_named(tmp_path: Path) -> None:
    refuse_absent_stores(Settings(held_out=tmp_path))
    with pytest.raises(InputError, match=r"PROOFBOARD_HELD_OUT: .*absent: is no folder"):
        refuse_absent_stores(Settings(held_out=tmp_path / "absent"))
