"""The adapters of the language identification libraries: always the baseline, each library where it is installed."""

import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

import msgspec
import proofboard_langid
import pytest
from proofboard_langid.adapter import RENAMED, UNDETERMINED, LanguageIdentifier

from proofboard.errors import InputError, MissingExtraError
from proofboard.record.vendors import Prompted, installed_adapter
from proofboard.schemas.bundle import Response
from proofboard.schemas.configuration import Configuration

VENDORS = ("baseline", "cld3", "langdetect", "lingua", "py3langid", "pycld2", "simplemma")
LIBRARIES = VENDORS[1:]
ENGLISH = "The quick brown fox jumps over the lazy dog and runs into the forest."
SETTINGS: Mapping[str, dict[str, Any]] = {
    "cld3": {"min_num_bytes": 0, "max_num_bytes": 1000},
    "langdetect": {"seed": 0, "priors": {"en": 1, "de": 1}},
    "lingua": {"languages": ["de", "en"]},
    "py3langid": {"languages": ["de", "en"]},
    "pycld2": {"best_effort": True},
    "simplemma": {"languages": ["de", "en"]},
}


def prompts(*texts: str) -> list[Prompted]:
    return [Prompted(prompt_id=f"t{number}", prompt=text) for number, text in enumerate(texts)]


def adapter_of(vendor: str) -> LanguageIdentifier:
    adapter: LanguageIdentifier = getattr(proofboard_langid, vendor)
    return adapter


def respond(vendor: str, settings: dict[str, Any], *texts: str, **fields: Any) -> list[Response]:
    configuration = Configuration(vendor=vendor, config_name="test", settings=settings, **fields)
    return list(adapter_of(vendor).respond(configuration, prompts(*texts)))


def outputs(vendor: str, settings: dict[str, Any], *texts: str) -> list[Any]:
    return [row.output for row in respond(vendor, settings, *texts)]


def test_guessing_depends_on_seed_and_text_only() -> None:
    settings = {"answers": ["de", "en", "fr"], "seed": 3}
    one, other = outputs("baseline", settings, "a", "b", "c"), outputs("baseline", settings, "c", "a")
    assert other == [one[2], one[0]]
    assert {answer for seed in range(20) for answer in outputs("baseline", settings | {"seed": seed}, "a")} == {
        "de",
        "en",
        "fr",
    }


def test_a_single_answer_is_always_given() -> None:
    assert outputs("baseline", {"answers": ["en"]}, "a", "b") == ["en", "en"]


def test_every_answer_says_what_one_call_took() -> None:
    (row,) = respond("baseline", {"answers": ["en"]}, "a")
    assert (row.prompt_id, row.usage is not None and row.usage.calls) == ("t0", 1)
    assert row.usage is not None
    assert (row.usage.microseconds or 0) >= 1


def test_a_baseline_has_no_version() -> None:
    assert adapter_of("baseline").version() is None


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_adapter_is_offered_under_the_name_of_its_vendor(vendor: str) -> None:
    offered = {point.name: point.load() for point in distribution("proofboard-langid").entry_points}
    assert offered[vendor] is adapter_of(vendor)
    assert adapter_of(vendor).vendor == vendor


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("settings", [{"temprature": 1}, {"answers": "en"}, {"answers": []}, {"seed": 1.5}])
def test_settings_that_are_not_the_librarys_own_are_refused_before_it_is_imported(
    vendor: str, settings: dict[str, Any]
) -> None:
    with pytest.raises(InputError, match=rf"^{vendor}/test: settings: "):
        respond(vendor, settings)


@pytest.mark.parametrize(
    "field",
    [
        {"packs": ["p"]},
        {"extra_prompts": {"system": "Think."}},
        {"tools_used": ["t"]},
        {"ensemble_weights": [1.0]},
    ],
    ids=lambda field: next(iter(field)),
)
def test_a_recipe_of_which_a_part_would_change_nothing_is_refused(field: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=f"has {next(iter(field))}, which change nothing here"):
        respond("baseline", {"answers": ["en"]}, **field)


def test_importing_the_package_imports_no_library() -> None:
    modules = "cld3", "gcld3", "langdetect", "lingua", "py3langid", "pycld2", "simplemma"
    script = f"import sys, proofboard_langid; print([name for name in {modules!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_library_that_is_absent_is_named_with_the_extra_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("proofboard_langid.adapter.version", absent)
    expected = r"lingua: lingua-language-detector is not installed; install 'proofboard-langid\[lingua\]'"
    with pytest.raises(MissingExtraError, match=expected):
        installed_adapter("lingua", "test")


def test_a_library_is_set_up_once_for_one_recipe_and_anew_for_another() -> None:
    made: list[str] = []

    class Settings(msgspec.Struct, frozen=True):
        answer: str

    def set_up(settings: Any) -> Any:
        made.append(settings.answer)
        return lambda _text: settings.answer

    adapter = LanguageIdentifier("test", None, Settings, set_up)
    for answer in ("en", "en", "de", "en"):
        configuration = Configuration(vendor="test", config_name="test", settings={"answer": answer})
        assert [row.output for row in adapter.respond(configuration, prompts("a"))] == [answer]
    assert made == ["en", "de", "en"]


@pytest.mark.parametrize(("code", "answer"), [(None, UNDETERMINED), *RENAMED.items(), ("no", "no"), ("hbs", "hbs")])
def test_a_code_is_changed_only_where_two_names_mean_the_same(code: str | None, answer: str) -> None:
    adapter = LanguageIdentifier("test", None, msgspec.defstruct("Settings", []), lambda _: lambda _: code)
    (row,) = adapter.respond(Configuration(vendor="test", config_name="test"), prompts("a"))
    assert row.output == answer


def library(vendor: str) -> str:
    """Skip, visibly, where a library is not installed."""
    try:
        adapter_of(vendor).version()
    except MissingExtraError as error:
        pytest.skip(str(error))
    return vendor


@pytest.mark.parametrize("vendor", LIBRARIES)
def test_a_library_knows_english_when_it_sees_it(vendor: str) -> None:
    assert outputs(library(vendor), SETTINGS[vendor], ENGLISH) == ["en"]


@pytest.mark.parametrize("vendor", LIBRARIES)
def test_a_library_gives_nothing_or_something_for_a_text_of_nothing(vendor: str) -> None:
    (answer,) = outputs(library(vendor), SETTINGS[vendor], "1 2 3")
    assert isinstance(answer, str)


@pytest.mark.parametrize("vendor", ["langdetect", "lingua", "py3langid", "pycld2", "simplemma"])
def test_a_language_that_a_library_does_not_know_is_refused(vendor: str) -> None:
    unknown: dict[str, Any] = {
        "langdetect": {"seed": 0, "priors": {"xx": 1}},
        "pycld2": {"hint_languages": ["xx"]},
    }
    with pytest.raises(InputError, match=f"{vendor}: does not know xx"):
        respond(library(vendor), unknown.get(vendor, {"languages": ["xx"]}))
