"""Graders that other packages offer."""

import importlib.metadata
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from grading_cases import grade
from proofboard.core.graders.base import Grader
from proofboard.errors import InputError, MissingExtraError
from proofboard.grade.installed import GROUP, installed


class Distribution:
    def __init__(self, name: str) -> None:
        self.name, self.version = name, "2.5"


def offer(monkeypatch: pytest.MonkeyPatch, factory: Any, *packages: str) -> None:
    """Pretend that packages are installed that offer the grader `theirs`."""

    class Offered(EntryPoint):
        def load(self) -> Any:
            return factory

    made = [Offered("theirs", "somewhere:factory", GROUP) for _ in packages]
    for entry_point, package in zip(made, packages, strict=True):
        vars(entry_point)["dist"] = Distribution(package)

    def found(*, group: str) -> Iterator[EntryPoint]:
        return (entry_point for entry_point in made if group == GROUP)

    monkeypatch.setattr(importlib.metadata, "entry_points", found)


def grader_that_says(score: Any, version: str = "") -> Any:
    return lambda _options: Grader("own-name", version, lambda *_: score)


def test_an_installed_grader_carries_the_package_that_offers_it(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, grader_that_says(1, "rules 7"), "their-package")
    made = installed("theirs", {}, "benchmark.yaml")
    assert (made.name, made.version) == ("theirs", "their-package 2.5 (rules 7)")
    assert grade(made, "x", "x") == 1


def test_options_reach_the_factory(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, lambda options: Grader("theirs", "", lambda *_: options["score"]), "their-package")
    assert grade(installed("theirs", {"score": 0.25}, "benchmark.yaml"), "x", "x") == 0.25


def test_a_grader_that_nobody_offers_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, None, "their-package")
    with pytest.raises(MissingExtraError, match=r"'nobodys' is neither built in nor installed.*theirs"):
        installed("nobodys", {}, "benchmark.yaml")


def test_two_packages_that_offer_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, grader_that_says(1), "one", "other")
    with pytest.raises(InputError, match=r"several packages \(one 2.5, other 2.5\)"):
        installed("theirs", {}, "benchmark.yaml")


def test_a_factory_that_fails_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def factory(options: dict[str, Any]) -> Grader:
        raise KeyError(str(options["mode"]))

    offer(monkeypatch, factory, "their-package")
    with pytest.raises(InputError, match=r"theirs \(their-package 2.5\) cannot be made: KeyError"):
        installed("theirs", {}, "benchmark.yaml")


def test_a_factory_that_makes_no_grader_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, lambda _options: len, "their-package")
    with pytest.raises(InputError, match="expected a Grader"):
        installed("theirs", {}, "benchmark.yaml")


@pytest.mark.parametrize("score", [float("nan"), float("inf"), "1", [], 1j])
def test_an_answer_that_is_no_score_names_the_item(monkeypatch: pytest.MonkeyPatch, score: Any) -> None:
    offer(monkeypatch, grader_that_says(score), "their-package")
    with pytest.raises(InputError, match="item 'q1': the grader answered"):
        grade(installed("theirs", {}, "benchmark.yaml"), "x", "x")


def test_a_grader_that_fails_names_the_item(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> bool:
        raise ZeroDivisionError

    offer(monkeypatch, lambda _options: Grader("theirs", "", fails), "their-package")
    with pytest.raises(InputError, match="item 'q1': the grader failed: ZeroDivisionError"):
        grade(installed("theirs", {}, "benchmark.yaml"), "x", "x")
