"""Bad rules and items: one clear message with every fault, exit status 2, and the existing site untouched."""

from pathlib import Path

import pytest

from bad_input.spoiling import (
    ITEMS,
    RULES,
    Bad,
    append,
    assert_refused,
    bad,
    built,
    on_items,
    remove,
    replace,
    swap_for_folder,
    swap_for_link,
    write,
)

BOMB = "a: &a [x]\nb: &b [*a, *a]\n" + "\n".join(f"c{n}: &c{n} [*b, *b]" for n in range(40))

WIDE = [f"v{number}" for number in range(6_000)]
DOUBLING = [
    *(f"  {name}{level}: {{all_of: [a{level + 1}, b{level + 1}]}}\n" for level in range(15) for name in "ab"),
    *(f"  {name}15: {{all_of: [correct]}}\n" for name in "ab"),
]


def chain(source: str) -> str:
    """Write nodes of which each is made from the next."""
    return "".join(f"  m{level}: {{{source.format(level + 1)}}}\n" for level in range(3_000))


RULE_FILES = [
    bad("no rules", remove(RULES), f"{RULES}: is not there"),
    bad("empty rules", write(RULES, ""), RULES, "is empty"),
    bad("two documents", append(RULES, "---\nid: x\n"), RULES, "2 YAML documents"),
    bad("a list", write(RULES, "- a\n"), RULES, "expected a mapping"),
    bad("folder for rules", swap_for_folder(RULES), f"{RULES}: is not a file"),
    bad("link for rules", swap_for_link(RULES), f"{RULES}: is a symbolic link"),
    bad("rules not UTF-8", append(RULES, b"title: caf\xe9\n"), RULES, "not UTF-8 (byte "),
    bad("rules with NUL", append(RULES, b"a: \x00\n"), RULES, "not YAML"),
    bad("broken YAML", append(RULES, "a: [1, 2\n"), f"{RULES}:", "not YAML"),
    bad("tab", append(RULES, "a:\n\t- 1\n"), f"{RULES}:", "not YAML"),
    bad("tag", append(RULES, "note: !!python/object/apply:os.system [ls]\n"), f"{RULES}:", "tag", "python/object"),
    bad("own tag", append(RULES, "note: !secret x\n"), f"{RULES}:", "'!secret'"),
    bad("anchor", append(RULES, "note: &x 1\n"), f"{RULES}:", "anchors and aliases"),
    bad("bomb of aliases", write(RULES, BOMB), f"{RULES}:1: anchors and aliases"),
    bad("deep YAML", append(RULES, "note: " + "[" * 10_000 + "]" * 10_000), f"{RULES}:", "deeper than 60 levels"),
    bad("deep blocks", write(RULES, "".join(f"{' ' * n}a:\n" for n in range(2_000))), f"{RULES}:", "deeper than 60"),
    bad("key twice", append(RULES, "id: again\n"), f"{RULES}:", "the key 'id' stands twice"),
    bad("key that is a list", append(RULES, "? [a, b]\n: 1\n"), f"{RULES}:", "a key must be plain text"),
    bad("huge integer", append(RULES, "weight: 9007199254740993\n"), f"{RULES}:", "9007199254740993", "2^53"),
    bad("infinite", append(RULES, "weight: .inf\n"), f"{RULES}:", ".inf"),
    bad("not a number", append(RULES, "weight: .NaN\n"), f"{RULES}:", ".NaN"),
    bad("too large a number", append(RULES, "weight: 1e999\n"), f"{RULES}:", "1e999"),
    bad("rules of 5 MiB", append(RULES, "#" * (5 << 20)), RULES, "at most 4,194,304 are accepted"),
]

RULE_FAULTS = [
    bad(
        "missing fields",
        write(RULES, "title: x\n"),
        *(f"{RULES}: {name}: is required" for name in ("id", "metrics", "headline")),
    ),
    bad(
        "wrong types",
        replace(RULES, "headline: correct", "headline: [correct]\nslice_pairs: 3\nprices: {}"),
        "headline: expected text, found a list",
        "slice_pairs: expected a list",
        "prices: expected a list",
    ),
    bad("unknown field", append(RULES, "metrcs: {}\n"), "metrcs: is not a known field; known are", "metrics"),
    bad(
        "number for a text",
        replace(RULES, "protocol_version: '1'", "protocol_version: 1.0"),
        "protocol_version: expected text, found a number; put it in quotes",
    ),
    bad(
        "upper case in an id",
        replace(RULES, "id: small", "id: Small"),
        "id: expected lower-case letters",
        'found "Small"',
    ),
    bad("line feed in an id", replace(RULES, "id: small", 'id: "small\\n"'), "id: "),
    bad(
        "unknown metric",
        replace(RULES, "headline: correct", "headline: better"),
        "'better' is neither a metric nor an aggregate",
    ),
    bad(
        "metric of two sources",
        replace(RULES, "  correct:\n", "  correct:\n    reported: true\n"),
        "metrics.correct: needs exactly one of",
        "found grader, reported",
    ),
    bad(
        "metrics in a cycle",
        replace(RULES, "metrics:\n", "metrics:\n  a: {all_of: [b]}\n  b: {any_of: [c]}\n  c: {weighted: {a: 1}}\n"),
        "is made from itself",
    ),
    bad(
        "aggregates in a cycle",
        append(RULES, "aggregates:\n  a: {weighted: {children: {b: 1}}}\n  b: {borda: {children: [a]}}\n"),
        "is made from itself",
    ),
    bad(
        "aggregate of nothing",
        append(RULES, "aggregates:\n  a: {weighted: {children: {}}}\n"),
        "aggregates.a: has no child",
    ),
    bad(
        "3,000 levels of metrics",
        replace(RULES, "metrics:\n", f"metrics:\n{chain('all_of: [m{}]')}  m3000: {{all_of: [correct]}}\n"),
        "metrics.m0: has more than 16 levels",
    ),
    bad(
        "3,000 levels of aggregates",
        append(RULES, f"aggregates:\n{chain('borda: {{children: [m{}]}}')}  m3000: {{mean: {{metric: correct}}}}\n"),
        "aggregates.m0: has more than 16 levels",
    ),
    bad(
        "parts that double at every level",
        replace(RULES, "metrics:\n", "metrics:\n" + "".join(DOUBLING)),
        "is made from 16,384 parts of parts, at most 10,000 are accepted",
    ),
    bad(
        "a million slices",
        replace(
            RULES,
            "  tier:\n    values:\n",
            f"  wide: {{values: {WIDE}}}\n  broad: {{values: {WIDE}}}\n  tier:\n    values:\n",
        ),
        "at most 10,000 are accepted; name fewer values or pairs",
    ),
    bad(
        "a pair crossed twice",
        append(RULES, "slice_pairs: [[tier, language], [tier, language]]\n"),
        "cross a pair once",
    ),
    bad("a facet crossed with itself", append(RULES, "slice_pairs: [[tier, tier]]\n"), "'tier' is crossed with itself"),
    bad(
        "unknown part",
        replace(RULES, "metrics:\n", "metrics:\n  a: {all_of: [ghost]}\n"),
        "metrics.a: 'ghost' is not a metric",
    ),
    bad(
        "unknown grader",
        replace(RULES, "kind: exact", "kind: exactly"),
        f"{RULES}",
        "metrics.correct",
        "'exactly' is neither built in nor installed",
    ),
    bad(
        "unknown option",
        replace(RULES, "kind: exact", "kind: includes\n      options: {ignore: true}"),
        "metrics.correct",
        "options.ignore: is not a known field",
    ),
    bad(
        "unknown facet in a slice",
        append(RULES, "aggregates:\n  a: {mean: {metric: correct, slice: {colour: [red]}}}\n"),
        "'colour' is not a facet",
    ),
    bad("step of nothing", append(RULES, 'policies: {release_step: "0.0"}\n'), "release_step"),
    bad("number of 5,000 digits", append(RULES, f'chance_level: "{"9" * 5_000}"\n'), "chance_level"),
    bad(
        "several faults",
        replace(RULES, "headline: correct", "headline: better\nslice_pairs: [[tier, colour]]"),
        "'better' is neither",
        "'colour' is not a facet",
    ),
    bad(
        "items outside",
        append(RULES, "item_sets: {public: ../secret.jsonl}\n"),
        f"{RULES}: names '../secret.jsonl'",
        "leaves its folder with ..",
    ),
    bad(
        "items at an absolute path",
        append(RULES, "item_sets: {public: /etc/passwd}\n"),
        f"{RULES}: names '/etc/passwd'",
        "absolute path",
    ),
    bad("items with NUL", append(RULES, 'item_sets: {public: "a\\0b"}\n'), RULES, "NUL"),
    bad(
        "no repair items",
        append(RULES, "item_sets: {repair: items/repair.jsonl}\n"),
        "items/repair.jsonl: is not there",
    ),
    bad(
        "repair items are public", append(RULES, f"item_sets: {{repair: {ITEMS}}}\n"), "holds public items too: q0, q1"
    ),
    bad(
        "commitments of another kind",
        append(RULES, f"item_sets: {{commitments: {ITEMS}}}\n"),
        f"{ITEMS}:2: is not JSON",
    ),
]

ITEM_FILES = [
    bad("no items", remove(ITEMS), f"{ITEMS}: is not there"),
    bad("empty items", write(ITEMS, ""), f"{ITEMS}: holds no item"),
    bad("folder for items", swap_for_folder(ITEMS), f"{ITEMS}: is not a file"),
    bad("link for items", swap_for_link(ITEMS), f"{ITEMS}: is a symbolic link"),
    bad("link above items", swap_for_link("items"), RULES, "leads through a symbolic link"),
    bad(
        "cut short",
        lambda bench: (bench / ITEMS).write_bytes((bench / ITEMS).read_bytes()[:-20]),
        f"{ITEMS}:8: is not JSON",
    ),
    bad(
        "item twice", on_items(lambda rows: rows.append(rows[2])), f"{ITEMS}:9: the item 'q2' stands on line 3 already"
    ),
    bad("ids that differ by case", on_items(lambda rows: rows[2].update(id="Q1")), f"{ITEMS}:3: id: "),
    bad(
        "undeclared value",
        on_items(lambda rows: rows[0]["facets"].update(tier="trivial")),
        f"{ITEMS}:1: the item 'q0' has tier 'trivial', expected one of easy, hard",
    ),
    bad(
        "missing facet",
        on_items(lambda rows: rows[0]["facets"].pop("tier")),
        f"{ITEMS}:1: the item 'q0' has no value of the facet 'tier'",
    ),
    bad(
        "undeclared facet",
        on_items(lambda rows: rows[0]["facets"].update(colour="red")),
        f"{ITEMS}:1:",
        "'colour', which benchmark.yaml does not declare",
    ),
    bad(
        "weight of nothing",
        on_items(lambda rows: rows[1].update(weight=0)),
        f"{ITEMS}:2: weight: expected an integer >= 1, found 0",
    ),
    bad(
        "two texts of a prompt",
        on_items(lambda rows: rows[1].update(prompt_id="q0")),
        f"{ITEMS}:2: the prompt 'q0' has another text",
    ),
    bad("NaN", append(ITEMS, '{"id": "x", "reference": NaN}\n'), f"{ITEMS}:9: holds NaN"),
    bad("Infinity", append(ITEMS, '{"id": "x", "reference": -Infinity}\n'), f"{ITEMS}:9: holds -Infinity"),
    bad(
        "large integer",
        append(ITEMS, '{"id": "x", "reference": 9007199254740993}\n'),
        f"{ITEMS}:9: holds the integer 9007199254740993",
    ),
    bad("key twice in an item", append(ITEMS, '{"id": "x", "id": "y"}\n'), f"{ITEMS}:9: has the key 'id' twice"),
    bad(
        "key twice in a reference",
        append(ITEMS, '{"id":"x","reference":{"a":1,"a":2}}\n'),
        f"{ITEMS}:9: has the key 'a' twice",
    ),
    bad("not UTF-8", append(ITEMS, b'{"id": "caf\xe9"}\n'), f"{ITEMS}:9: is not UTF-8 (byte 11)"),
    bad(
        "half a character",
        append(ITEMS, '{"id":"x","prompt":"\\ud83d"}\n'),
        f"{ITEMS}:9: holds half of a surrogate pair",
    ),
    bad(
        "byte order mark",
        lambda bench: (bench / ITEMS).write_bytes(b"\xef\xbb\xbf" + (bench / ITEMS).read_bytes()),
        f"{ITEMS}:1: begins with a byte order mark",
    ),
    bad("an array", write(ITEMS, "[]\n"), f"{ITEMS}:1: the document: expected a mapping, found a list"),
    bad(
        "deep JSON",
        append(ITEMS, '{"id":"x","reference":' + "[" * 10_000 + "]" * 10_000 + "}\n"),
        f"{ITEMS}:9: is nested deeper than",
    ),
    bad("unclosed quotes", append(ITEMS, "[" * 70 + '"' + '\\"' * 400_000 + "\n"), f"{ITEMS}:9: is nested deeper than"),
    bad(
        "item of 2 MiB",
        append(ITEMS, '{"id":"x","prompt":"' + "x" * (2 << 20) + '"}\n'),
        f"{ITEMS}:9: the line has 2,097,",
        "at most 1,048,576 are accepted",
    ),
    bad("empty line", append(ITEMS, '\n{"id":"x"}\n'), f"{ITEMS}:9: the line is empty"),
]


@pytest.mark.parametrize("bad", [*RULE_FILES, *RULE_FAULTS, *ITEM_FILES], ids=str)
def test_a_bad_benchmark_is_refused_with_its_faults_and_leaves_the_site(bad: Bad, place: Path) -> None:
    bad.spoil(place / "bench")
    assert_refused(built(place), *bad.says)
