"""Adapters of vendors' systems: how they are found, what they are shown, and what becomes of what they do wrong."""

import types
from collections.abc import Iterator
from typing import Any

import pytest

from offered_vendors import Answer, Scripted, offer, right
from proofboard.errors import InputError, MissingExtraError
from proofboard.record.answering import GIVE_UP_AFTER, Asking
from proofboard.record.vendors import (
    InstalledAdapter,
    Prompted,
    installed_adapter,
    prompted,
    recorded_version,
    refuse_other_version,
)
from proofboard.schemas.bundle import Response, Usage
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.item import Item

TEXT = "the text that nobody may see"


def silent(_done: int, _total: int) -> None:
    """Show no progress."""


def configuration(**fields: Any) -> Configuration:
    return Configuration(vendor="acme", config_name="base", **fields)


def prompts(count: int = 4) -> list[Prompted]:
    return [Prompted(prompt_id=f"q{number}", prompt=f"{TEXT}, number {number}") for number in range(count)]


def asking(adapter: Any, *, fields: dict[str, Any] | None = None, asked: int = 4, **options: Any) -> Asking:
    offered = InstalledAdapter("acme", "their-package 2.5", "7.0", adapter)
    return Asking(offered, configuration(**(fields or {})), prompts(asked), **options)


def answers(answer: Answer, **options: Any) -> dict[str, Any]:
    """Return the recorded output of every prompt; a failed one is `failed`."""
    rows = asking(Scripted(answer), **options).answers(silent)
    return {row.prompt_id: "failed" if row.state == "platform_failure" else row.output for row in rows}


def fails_on(*failing: str, with_: type[Exception] = KeyError) -> Answer:
    def answer(item: Prompted) -> str:
        if item.prompt_id in failing:
            raise with_(item.prompt)
        return right(item)

    return answer


# How they are found


def test_an_adapter_is_found_by_its_vendor_with_the_package_and_the_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, Scripted(right))
    found = installed_adapter("acme", "configuration.yaml")
    assert (found.package, found.version) == ("their-package 2.5", "7.0")
    assert found.recorder == "their-package 2.5 (acme 7.0)"


def test_a_system_without_a_version_is_named_by_its_package_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, Scripted(right, version=None))
    assert installed_adapter("acme", "configuration.yaml").recorder == "their-package 2.5"


def test_a_module_with_two_functions_is_an_adapter(monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = types.ModuleType("theirs")
    module.version, module.respond = lambda: "3", Scripted(right).respond
    offer(monkeypatch, module)
    assert installed_adapter("acme", "configuration.yaml").version == "3"


def test_a_vendor_without_an_adapter_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, Scripted(right))
    expected = r"configuration.yaml: no adapter of the vendor 'nobody' is installed \(installed are: acme\); install a"
    with pytest.raises(InputError, match=expected):
        installed_adapter("nobody", "configuration.yaml")


def test_two_packages_with_an_adapter_for_one_vendor_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, Scripted(right), "one", "other")
    with pytest.raises(InputError, match=r"several packages \(one 2.5, other 2.5\); keep one"):
        installed_adapter("acme", "configuration.yaml")


@pytest.mark.parametrize(
    ("adapter", "said"),
    [
        (len, "is a builtin_function_or_method, expected an object"),
        (Scripted, "is the class Scripted, expected an object"),
        (types.SimpleNamespace(version=lambda: "1"), "is a SimpleNamespace, expected an object"),
        (types.SimpleNamespace(version="1", respond=len), "is a SimpleNamespace, expected an object"),
        (Scripted(right, version=""), "says that its version is '', expected a text"),
        (Scripted(right, version=3), "says that its version is 3, expected a text"),  # type: ignore[arg-type]
        (types.SimpleNamespace(version=lambda: 1 / 0, respond=len), "cannot tell its version: ZeroDivisionError"),
        (ImportError("no module named libacme"), "cannot be loaded: ImportError: no module named libacme"),
    ],
    ids=["builtin", "class", "no respond", "version is no call", "empty", "number", "fails", "not found"],
)
def test_an_adapter_of_a_wrong_shape_is_refused(monkeypatch: pytest.MonkeyPatch, adapter: Any, said: str) -> None:
    offer(monkeypatch, adapter)
    with pytest.raises(InputError, match=said):
        installed_adapter("acme", "configuration.yaml")


def test_an_adapter_whose_system_is_absent_says_so_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def version() -> str:
        raise MissingExtraError("libacme is not installed; install 'their-package[acme]'")

    offer(monkeypatch, types.SimpleNamespace(version=version, respond=len))
    with pytest.raises(MissingExtraError, match=r"their-package\[acme\]"):
        installed_adapter("acme", "configuration.yaml")


def test_nothing_in_a_configuration_chooses_the_code_that_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = Scripted(right)
    offer(monkeypatch, mine)
    tricky = configuration(settings={"adapter": "os:system", "vendor": "other"}, packs=["evil:respond"])
    assert installed_adapter(tricky.vendor, "configuration.yaml").adapter is mine


@pytest.mark.parametrize(
    ("recorder", "expected"),
    [
        ("their-package 2.5 (acme 7.0)", "7.0"),
        ("their-package 2.5 (acme 7.0 beta)", "7.0 beta"),
        ("their-package 2.5 (other 7.0)", None),
        ("their-package 2.5", None),
        ("proofboard 0.1.0", None),
        (None, None),
    ],
)
def test_the_version_that_answered_is_read_back_from_the_recorder(recorder: str | None, expected: str | None) -> None:
    assert recorded_version(recorder, "acme") == expected


@pytest.mark.parametrize("stated", [None, "7.0"])
def test_a_configuration_of_the_installed_version_or_of_none_is_answered(stated: str | None) -> None:
    refuse_other_version(configuration(vendor_version=stated), asking(Scripted(right)).adapter, "configuration.yaml")


def test_a_configuration_of_another_version_is_refused_with_both() -> None:
    own = configuration(vendor_version="6.9")
    with pytest.raises(InputError, match=r"states vendor_version '6.9', but their-package 2.5 answers with '7.0'"):
        refuse_other_version(own, asking(Scripted(right)).adapter, "configuration.yaml")


# What they are shown


def test_a_vendor_sees_id_text_and_choices_and_nothing_else_of_an_item() -> None:
    item = Item(
        id="q1",
        prompt="Which?",
        choices=["a", "b"],
        reference="B",
        facets={"tier": "hard"},
        weight=3,
        cluster="c1",
        title="Answer: B",
        created="2026-01-01",
    )
    assert prompted([item], "items") == [Prompted(prompt_id="q1", prompt="Which?", choices=["a", "b"])]
    assert Prompted.__struct_fields__ == ("prompt_id", "prompt", "choices")


def test_a_prompt_that_several_items_share_is_asked_once() -> None:
    shared = [Item(id=f"q{n}", prompt_id="asked", prompt="Which?", reference=str(n)) for n in range(3)]
    assert [prompt.prompt_id for prompt in prompted(shared, "items")] == ["asked"]


def test_prompts_that_cannot_be_asked_are_all_named() -> None:
    odd = [
        Item(id="silent"),
        Item(id="one", prompt_id="both", prompt="Which?", choices=["a", "b"]),
        Item(id="two", prompt_id="both", prompt="Which?", choices=["b", "a"]),
    ]
    with pytest.raises(InputError) as refused:
        prompted(odd, "items")
    assert [fault.reason for fault in refused.value.faults] == [
        "the prompt 'both' stands in several items with other choices, so it is not one question",
        "the prompt 'silent' has no text, so nobody can be asked",
    ]


# What becomes of what they do


def test_every_prompt_gets_the_answer_of_its_own_in_every_trial() -> None:
    rows = asking(Scripted(right), trials=2).answers(silent)
    assert [(row.prompt_id, row.trial, row.output) for row in rows] == [
        (f"q{number}", trial, str(number)) for trial in range(2) for number in range(4)
    ]


def test_answers_may_come_in_any_order() -> None:
    class Reversed(Scripted):
        def respond(self, configuration: Configuration, items: Any) -> Iterator[Response]:
            return super().respond(configuration, items[::-1])

    rows = asking(Reversed(right)).answers(silent)
    assert {row.prompt_id: row.output for row in rows} == {f"q{n}": str(n) for n in range(4)}


def test_usage_is_kept_as_it_was_measured() -> None:
    used = Usage(calls=1, microseconds=12)
    rows = asking(Scripted(lambda item: Response(prompt_id=item.prompt_id, output="x", usage=used))).answers(silent)
    assert [row.usage for row in rows] == [used] * 4


def test_progress_is_told_of_every_answer_failed_or_not() -> None:
    told: list[tuple[int, int]] = []
    asking(Scripted(fails_on("q1")), trials=2).answers(lambda *now: told.append(now))
    assert told == [(done, 8) for done in range(1, 9)]


@pytest.mark.parametrize("failing", ["q0", "q1", "q3"])
def test_an_exception_costs_the_one_answer_that_raised_it(failing: str) -> None:
    assert answers(fails_on(failing)) == {f"q{n}": "failed" if f"q{n}" == failing else str(n) for n in range(4)}


def test_after_a_failure_only_the_prompts_without_an_answer_are_asked_again() -> None:
    adapter = Scripted(fails_on("q1"))
    asking(adapter).answers(silent)
    assert adapter.calls == [("q0", "q1", "q2", "q3"), ("q2", "q3")]


def test_a_system_that_is_down_is_not_asked_for_every_prompt() -> None:
    adapter = Scripted(fails_on(*(f"q{n}" for n in range(1, 50))))
    made = asking(adapter, asked=50)
    rows = made.answers(silent)
    assert len(adapter.calls) == 1 + GIVE_UP_AFTER
    assert [row.state for row in rows] == ["answered"] + ["platform_failure"] * 49
    assert made.failures.total() == 49


def test_prompts_that_an_adapter_passes_over_are_failures_and_not_missing_answers() -> None:
    class Short(Scripted):
        def respond(self, configuration: Configuration, items: Any) -> Iterator[Response]:
            return super().respond(configuration, items[:2])

    made = asking(Short(right))
    assert [row.state for row in made.answers(silent)] == ["answered"] * 2 + ["platform_failure"] * 2
    assert made.said() == "2 failed (gave no answer)"


def test_where_nothing_is_answered_there_is_nothing_to_freeze() -> None:
    with pytest.raises(InputError, match=r"not one of 4 prompts was answered; .*ConnectionError: down"):
        asking(Scripted(lambda _: (_ for _ in ()).throw(ConnectionError("down")))).answers(silent)


def test_a_configuration_that_the_adapter_cannot_run_is_refused_before_any_prompt_is_shown() -> None:
    adapter = Scripted(right)
    with pytest.raises(InputError, match="the adapter cannot run it: ValueError: no such setting: refused"):
        asking(adapter, fields={"settings": {"refused": 1}}, confidential=True).answers(silent)
    assert adapter.shown == []


@pytest.mark.parametrize(
    "output",
    [object(), "\ud800", 2**60, "x" * (1 << 20)],
    ids=["object", "half a surrogate pair", "large integer", "too long"],
)
def test_an_answer_that_no_bundle_can_hold_is_a_failure(output: Any) -> None:
    given = answers(lambda item: output if item.prompt_id == "q2" else "x")
    assert given == {"q0": "x", "q1": "x", "q2": "failed", "q3": "x"}


def test_what_is_returned_is_what_a_bundle_will_hold() -> None:
    assert answers(lambda _: {"choice": ("a", "b")})["q0"] == {"choice": ["a", "b"]}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda _: Response(prompt_id="q9", output="x"), "a prompt that it was not asked, or one twice"),
        (lambda _: Response(prompt_id="q0", output="x"), "a prompt that it was not asked, or one twice"),
        (lambda item: Response(prompt_id=item.prompt, output="x"), "a prompt that it was not asked, or one twice"),
    ],
    ids=["unknown", "twice", "text for an id"],
)
def test_an_answer_to_nothing_that_was_asked_stops_the_adapter_without_naming_it(answer: Answer, said: str) -> None:
    with pytest.raises(InputError, match=said) as refused:
        asking(Scripted(answer), confidential=True).answers(silent)
    assert TEXT not in str(refused.value)


def test_what_is_no_response_stops_the_adapter() -> None:
    class Wrong(Scripted):
        def respond(self, _configuration: Configuration, items: Any) -> Iterator[Any]:
            return iter([{"prompt_id": item.prompt_id} for item in items])

    with pytest.raises(InputError, match="the adapter yielded a dict, expected a Response"):
        asking(Wrong(right)).answers(silent)


# Nothing of a held-out text leaves


def test_the_message_of_an_exception_is_told_of_public_prompts_and_never_of_held_out_ones() -> None:
    public, held_out = (asking(Scripted(fails_on("q1")), confidential=hidden) for hidden in (False, True))
    rows = [row for made in (public, held_out) for row in made.answers(silent)]
    assert TEXT in public.said()
    assert held_out.said() == "1 failed (KeyError)"
    assert [row.output for row in rows if row.state == "platform_failure"] == [None, None]


def test_a_held_out_text_in_an_error_that_ends_everything_is_not_told() -> None:
    with pytest.raises(InputError) as refused:
        asking(Scripted(fails_on("q0", "q1", "q2", "q3", with_=TheirInputError)), confidential=True).answers(silent)
    assert TEXT not in str(refused.value)
    assert refused.value.__cause__ is None


class TheirInputError(InputError):
    """An adapter may raise our own error, with whatever it likes in it."""

    def __init__(self, text: str) -> None:
        self.faults = ()
        Exception.__init__(self, text)


def test_what_an_adapter_says_beside_a_failure_is_not_kept() -> None:
    def answer(item: Prompted) -> Response:
        state: Any = "answered" if item.prompt_id == "q0" else "platform_failure"
        return Response(prompt_id=item.prompt_id, output=f"timeout at {item.prompt}", state=state, usage=Usage(calls=2))

    failed = [row for row in asking(Scripted(answer)).answers(silent) if row.state == "platform_failure"]
    assert [(row.output, row.usage) for row in failed] == [(None, Usage(calls=2))] * 3
