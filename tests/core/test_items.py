"""The items of a benchmark as a table."""

import msgspec
import pytest

from core_builders import benchmark, item, items
from proofboard.core.items import check_items, item_table
from proofboard.errors import InputError
from proofboard.schemas.benchmark import Facet
from proofboard.schemas.item import Item


def faults(questions: list[Item], **facets: list[str]) -> list[str]:
    made = benchmark(facets={name: Facet(values=values) for name, values in facets.items()})
    try:
        check_items(questions, made, "items.jsonl")
    except InputError as error:
        return [str(found) for found in error.faults]
    return []


def test_the_same_items_in_any_order_give_the_same_table() -> None:
    ordered = [item(n, cluster=f"c{n % 3}", weight=n + 1) for n in range(12)]
    shuffled = [*ordered[5:], *ordered[4::-1]]
    one, other = item_table(ordered), item_table(shuffled)
    assert [i.id for i in one.items] == [i.id for i in other.items] == sorted(i.id for i in ordered)
    assert one.clusters.tolist() == other.clusters.tolist()
    assert one.weights.tolist() == other.weights.tolist() == list(range(1, 13))
    assert one.prompts_digest == other.prompts_digest


def test_items_of_one_prompt_are_one_cluster_unless_they_say_otherwise() -> None:
    table = item_table([
        item(0, prompt_id="p"), item(1, prompt_id="p"), item(2), item(3, prompt_id="p", cluster="own"),
    ])  # fmt: skip
    first, second, third, fourth = table.clusters.tolist()
    assert first == second
    assert len({first, third, fourth}) == 3
    assert table.by_prompt == {"p": [0, 1, 3], "q0002": [2]}


def test_another_prompt_text_is_another_prompts_digest() -> None:
    assert item_table([item(0)]).prompts_digest != item_table([item(0, prompt="Other?")]).prompts_digest


def test_another_reference_leaves_what_was_asked_unchanged() -> None:
    assert item_table([item(0)]).prompts_digest == item_table([item(0, reference="x")]).prompts_digest


def test_an_item_that_stands_twice_is_a_fault_with_both_lines() -> None:
    assert faults([item(0), item(1), item(0)]) == ["items.jsonl:3: the item 'q0000' stands on line 1 already"]


def test_one_prompt_with_two_texts_is_a_fault() -> None:
    (found,) = faults([item(0, prompt_id="p"), item(1, prompt_id="p")])
    assert "'p' has another text" in found


def test_every_facet_fault_is_reported_at_once() -> None:
    questions = [item(0, facets={"tier": "easy", "colour": "red"}), item(1, facets={"tier": "odd"}), item(2)]
    found = faults(questions, tier=["easy", "hard"])
    assert [line.split(": ", 1)[0] for line in found] == ["items.jsonl:1", "items.jsonl:2", "items.jsonl:3"]
    assert "does not declare" in found[0]
    assert "expected one of easy, hard" in found[1]
    assert "has no value of the facet 'tier'" in found[2]


def test_a_set_without_items_is_a_fault() -> None:
    assert faults([]) == ["items.jsonl: holds no item"]


def test_good_items_have_no_fault() -> None:
    assert faults(items(3, facets={"tier": "easy"}), tier=["easy"]) == []


@pytest.mark.parametrize("name", ["abc\n", "a/b", "A", ".a", "", "a" * 65])
def test_a_name_that_is_no_safe_file_name_is_refused(name: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"id": name}, Item)
