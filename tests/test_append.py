"""An append gives the bytes that everything assembled again would give, and touches nothing of the other entries."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from append_cases import (
    QUESTIONS,
    after,
    any_entry,
    any_rules,
    closed_without,
    differing,
    grown,
    inputs_of,
    of,
    reading,
    rules,
    with_pending,
)
from core_builders import answers, benchmark, entry, inputs, items, verdicts
from graded_cases import graded_benchmark
from proofboard.core.entry import EarlierRevision, GradedEntry
from proofboard.core.rules.benchmark import check_benchmark
from proofboard.errors import InputError
from proofboard.publish.appending import AlreadyOnBoard, WaitsForClose, append
from proofboard.publish.assemble import assemble
from proofboard.publish.inputs import PublicationInputs
from proofboard.schemas.benchmark import Facet
from proofboard.schemas.board import Skipped
from rich_benchmark import write_rich

COUNT = 12
RULES, ASKED = benchmark(facets={"part": Facet(values=["a"], role="category")}), items(COUNT, facets={"part": "a"})
RICH = ("acme/strong", "acme/weak", "bolt/fails", "bolt/middle", "bolt/old", "chaff/constant")


def one(name: str, right: int, **own: Any) -> GradedEntry:
    return entry(RULES, ASKED, name, verdicts("1" * right + "0" * (COUNT - right)), own=own)


def three(**fields: Any) -> PublicationInputs:
    return inputs(RULES, ASKED, [one("v/best", 9), one("v/base", 6, kind="default"), one("w/new", 10)], **fields)


@settings(max_examples=60)
@given(st.data())
def test_appends_in_any_order_give_the_bytes_of_everything_assembled_again(data: st.DataObject) -> None:
    made = data.draw(any_rules())
    check_benchmark(made, "benchmark.yaml")
    names = [f"{vendor}/e{number}" for number, vendor in enumerate(data.draw(st.sampled_from(["vwvw", "vwv", "v"])))]
    whole = inputs(made, QUESTIONS, [data.draw(any_entry(made, name)) for name in names])
    pending = data.draw(st.permutations(names))[data.draw(st.integers(0, len(names) - 1)) :]
    assert differing(grown(whole, pending), assemble(with_pending(whole, pending)).documents) == []


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> PublicationInputs:
    """Answer the inputs of a board that uses nearly every rule, with a held-out store and repair items."""
    place = tmp_path_factory.mktemp("rich")
    write_rich(place / "benchmark", place / "store")
    return inputs_of(place / "benchmark", place / "store")[0]


@pytest.mark.parametrize("name", RICH)
def test_whatever_an_entry_has_is_appended_to_a_board_that_ranks_on_held_out_scores(
    rich: PublicationInputs, name: str
) -> None:
    assert differing(grown(rich, [name]), assemble(with_pending(rich, [name])).documents) == []


def test_a_board_can_grow_from_nothing_by_appends_alone(rich: PublicationInputs) -> None:
    assert differing(grown(rich, RICH), assemble(with_pending(rich, RICH)).documents) == []


def test_what_programs_made_and_kept_comes_with_an_append(tmp_path: Path) -> None:
    whole, _ = inputs_of(graded_benchmark(tmp_path / "benchmark"))
    empty = assemble(closed_without(whole, ["acme/own"]))
    made, again = append(empty.documents.__getitem__, of(whole, whole.entries[0])), assemble(pending(whole, "acme/own"))
    assert differing(after(empty.documents, made), again.documents) == []
    assert (made.bundles, made.artifacts) == (again.bundles, again.artifacts)
    assert again.artifacts


def pending(whole: PublicationInputs, *names: str) -> PublicationInputs:
    return with_pending(whole, names)


def test_what_an_entry_was_before_comes_with_it() -> None:
    was = one("w/new", 3, description="The first.")
    now = replace(one("w/new", 10), revisions=[EarlierRevision(was.configuration, was.public)])
    whole = inputs(RULES, ASKED, [one("v/best", 9), now])
    assert differing(grown(whole, ["w/new"]), assemble(pending(whole, "w/new")).documents) == []


def test_an_entry_that_was_listed_without_a_bundle_is_no_longer_skipped() -> None:
    before = closed_without(three(skipped=[Skipped("w/new", "has no bundle"), Skipped("w/old", "none")]), ["w/new"])
    files = assemble(before).documents
    made = after(files, append(files.__getitem__, of(before, one("w/new", 10))))
    expected = assemble(pending(three(skipped=[Skipped("w/old", "none")]), "w/new")).documents
    assert differing(made, expected) == []


def test_the_log_as_it_is_now_takes_the_place_of_the_one_before() -> None:
    old = {"log/checkpoint.json": b"1\n", "log/000001.jsonl": b"a\n", "attestations/old.json": b"{}\n"}
    new = {"log/checkpoint.json": b"2\n", "log/000001.jsonl": b"a\n", "log/000002.jsonl": b"b\n"}
    files = assemble(closed_without(three(ledger=old), ["w/new"])).documents
    made = append(files.__getitem__, of(three(ledger=new), one("w/new", 10)))
    assert differing(after(files, made), assemble(pending(three(ledger=new), "w/new")).documents) == []
    assert made.dropped == ["attestations/old.json"]
    assert "log/000001.jsonl" not in made.documents


def test_an_append_reads_the_indexes_and_no_document_of_another_entry(rich: PublicationInputs) -> None:
    files = assemble(closed_without(pending(rich, "acme/weak"), ["acme/weak"])).documents
    reads: list[str] = []
    append(reading(reads, files), of(rich, own(rich, "acme/weak")))
    assert {path for path in reads if not path.startswith("boards/")} == {
        "publication.json",
        "leaderboard.json",
        "columns.json",
        "efficiency.json",
        "items.json",
    }
    assert len(reads) == len(set(reads))


def own(whole: PublicationInputs, name: str) -> GradedEntry:
    return next(own for own in whole.entries if own.name == name)


def test_an_append_names_only_what_changes() -> None:
    files = assemble(closed_without(three(), ["w/new"])).documents
    made = append(files.__getitem__, of(three(), one("w/new", 10)))
    assert {path.partition("/")[0] for path in made.documents} == {
        "publication.json", "leaderboard.json", "columns.json", "efficiency.json", "items.json",
        "boards", "entries", "configurations", "scores",
    }  # fmt: skip
    assert all(files.get(path) != raw for path, raw in made.documents.items())
    assert len(made.bundles) == 1


def test_rows_of_the_close_keep_every_byte(rich: PublicationInputs) -> None:
    def rows(files: Any) -> dict[str, Any]:
        board = json.loads(files["leaderboard.json"])
        others = [row for other in board["other_protocols"] for row in other["entries"]]
        return {f"{row['vendor']}/{row['config_name']}": row for row in (*board["entries"], *others)}

    names = ["acme/strong", "bolt/old"]
    before = rows(assemble(closed_without(pending(rich, *names), names)).documents)
    now = rows(grown(rich, names))
    assert {name: row for name, row in now.items() if name not in names} == before


@pytest.mark.parametrize("path", ["releases.json", "vendors/acme.json", "vendors/bolt.json", "benchmark.json"])
def test_what_is_made_at_the_close_stays_as_it_was(rich: PublicationInputs, path: str) -> None:
    names = ["acme/strong", "bolt/middle"]
    before = assemble(closed_without(pending(rich, *names), names)).documents
    assert grown(rich, names).get(path) == before.get(path)


def test_a_track_that_comes_later_renames_no_board_of_another() -> None:
    made = replace(rules(), facets={**rules().facets, "lane": Facet(values=["x", "y", "z"], role="track")})
    asked = {lane: [own.id for own in QUESTIONS if own.facets["lane"] == lane] for lane in "xy"}
    first, later = (of_lane(made, name, asked[lane]) for name, lane in (("v/late", "y"), ("v/early", "x")))
    whole = inputs(made, QUESTIONS, [first, later])
    files = assemble(closed_without(whole, ["v/early"])).documents
    added = append(files.__getitem__, of(whole, later)).documents
    assert {path for path in files if path.startswith("boards/")} == {"boards/part/1-0.json", "boards/part/1-1.json"}
    assert {path for path in added if path.startswith("boards/")} == {"boards/part/0-0.json", "boards/part/0-1.json"}


def of_lane(made: Any, name: str, ids: Sequence[str]) -> GradedEntry:
    answered = [replace(line, prompt_id=given) for line, given in zip(lines(len(ids)), ids, strict=True)]
    return entry(made, QUESTIONS, name, answered)


def lines(count: int) -> list[Any]:
    return answers(verdicts("1" * count))


# What is refused


def test_an_entry_that_stands_on_the_board_waits_for_the_close() -> None:
    files = assemble(three()).documents
    with pytest.raises(AlreadyOnBoard, match=r"w/new has a row already; .* when the board is closed"):
        append(files.__getitem__, of(three(), one("w/new", 11)))


def test_an_entry_that_waits_already_is_not_appended_twice() -> None:
    files = grown(three(), ["w/new"])
    with pytest.raises(AlreadyOnBoard):
        append(files.__getitem__, of(three(), one("w/new", 11)))


def test_an_entry_of_another_protocol_is_not_appended_twice(rich: PublicationInputs) -> None:
    files = assemble(rich).documents
    with pytest.raises(AlreadyOnBoard):
        append(files.__getitem__, of(rich, own(rich, "bolt/old")))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"software_version": "1"}, "was made by 0, this is 1"),
        ({"benchmark": replace(RULES, title="Other")}, "holds other rules"),
        ({"table": inputs(RULES, items(COUNT + 1, facets={"part": "a"}), []).table}, "lists other items"),
        ({"repair": inputs(RULES, [replace(own, id=f"r{own.id}") for own in ASKED], []).table}, "lists other items"),
    ],
)
def test_what_was_graded_by_other_rules_waits_for_the_close(changes: dict[str, Any], reason: str) -> None:
    files = assemble(three()).documents
    with pytest.raises(WaitsForClose, match=reason):
        append(files.__getitem__, of(three(), one("w/newer", COUNT - 1), **changes))


@pytest.mark.parametrize("path", ["leaderboard.json", "columns.json", "items.json", "boards/part/0.json"])
def test_an_index_that_is_not_what_the_root_names_is_refused(path: str) -> None:
    files = dict(assemble(closed_without(three(), ["w/new"])).documents)
    files[path] = files[path].replace(b'"q0001"', b'"q0002"').replace(b'"base"', b'"bose"')
    files[path] = files[path].replace(b'"v/base"', b'"v/bose"')
    with pytest.raises(InputError, match=rf"{path}: has the digest .*; it was changed"):
        append(files.__getitem__, of(three(), one("w/new", 10)))
