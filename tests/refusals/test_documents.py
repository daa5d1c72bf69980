"""Step 1: what cannot be read, is not there, or is not what its parent names."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from proofboard.publish.names import LEADERBOARD, ROOT
from proofboard.verify.refusals import (
    DigestMismatch,
    DocumentMismatch,
    MalformedDocument,
    MissingDocument,
    RootRefusal,
    UnnamedFile,
)
from refusals.forging import Files, Site
from refusals.wrong import (
    BENCHMARK,
    BEST,
    COLUMNS,
    ITEMS,
    PAGE,
    Wrong,
    assert_refused,
    deep,
    nested,
    on,
    on_configuration,
    on_item,
    on_manifest,
    on_row,
    raw,
    set_to,
    without_scores,
)

ROOTS = [
    Wrong("no-root", lambda site: site.without(ROOT), RootRefusal, ROOT, "is not there"),
    Wrong("empty-root", raw(ROOT, lambda _: b""), RootRefusal, ROOT, "is empty"),
    Wrong("root-of-another-kind", raw(ROOT, lambda _: b'{"a": 1}\n'), RootRefusal, ROOT, "required and absent"),
    Wrong(
        "root-with-a-key-twice",
        raw(ROOT, lambda own: own.replace(b"{", b'{"title":"x",', 1)),
        RootRefusal,
        ROOT,
        "twice",
    ),
    Wrong("root-of-a-later-schema", on(ROOT, set_to("schema_version", to=2)), RootRefusal, ROOT, "schema_version"),
    Wrong("deep-root", raw(ROOT, lambda _: deep(10_000)), RootRefusal, ROOT, "64 levels"),
    Wrong("huge-root", raw(ROOT, lambda own: own + b" " * (32 << 20)), RootRefusal, ROOT, "at most 33,554,432"),
]

SHAPES = [
    Wrong(
        "held-out-tiers",
        on_row(set_to("held_out", "by_tier", to={"easy": 0.7})),
        MalformedDocument,
        LEADERBOARD,
        "by_tier",
    ),
    Wrong(
        "held-out-slices",
        on_row(set_to("held_out", "by", to={"tier": {"easy": 0.7}})),
        MalformedDocument,
        LEADERBOARD,
        "held_out.by",
    ),
    Wrong(
        "unknown-field", on_row(set_to("exact_held_out", to=0.683)), MalformedDocument, LEADERBOARD, "not a known field"
    ),
    Wrong(
        "nan",
        raw(LEADERBOARD, lambda own: own.replace(b'"chance_level":0.1', b'"chance_level":NaN')),
        MalformedDocument,
        LEADERBOARD,
        "NaN",
    ),
    Wrong("key-twice", raw(COLUMNS, lambda own: own.replace(b"{", b'{"n_rows":3,', 1)), DocumentMismatch, COLUMNS, ""),
    Wrong(
        "key-twice-in-the-board",
        raw(LEADERBOARD, lambda own: own.replace(b"{", b'{"benchmark":"small",', 1)),
        MalformedDocument,
        LEADERBOARD,
        "twice",
    ),
    Wrong(
        "huge-integer",
        on(BENCHMARK, set_to("benchmark", "policies", "minimum_cell", to=2**60)),
        MalformedDocument,
        BENCHMARK,
        "2^53",
    ),
    Wrong(
        "not-utf-8",
        raw(ITEMS, lambda own: own.replace(b"correct", b"corr\xffct")),
        MalformedDocument,
        ITEMS,
        "not UTF-8",
    ),
    Wrong(
        "byte-order-mark", raw(ITEMS, lambda own: b"\xef\xbb\xbf" + own), MalformedDocument, ITEMS, "byte order mark"
    ),
    Wrong(
        "half-a-character",
        raw(BENCHMARK, lambda own: own.replace(b"A small board", rb"A \ud83d board")),
        MalformedDocument,
        BENCHMARK,
        "surrogate",
    ),
    Wrong("deep-document", nested(10_000), MalformedDocument, BENCHMARK, "64 levels"),
    Wrong("cut-short", raw(BEST, lambda own: own[:-20]), MalformedDocument, BEST, "not JSON"),
    Wrong("absent-field", on(BEST, lambda own: own.pop("n_items")), MalformedDocument, BEST, "required and absent"),
    Wrong(
        "huge-document",
        on(BEST, set_to("identity", "title", to="x" * (1 << 20))),
        MalformedDocument,
        BEST,
        "at most 1,048,576",
    ),
    Wrong(
        "name-that-leaves-the-site",
        on(ROOT, set_to("documents", "../outside.json", to="sha256:" + "0" * 64)),
        MalformedDocument,
        ROOT,
        "no path",
    ),
    Wrong(
        "metric-of-itself",
        on(BENCHMARK, set_to("benchmark", "metrics", "both", "all_of", to=["both"])),
        MalformedDocument,
        BENCHMARK,
        "itself",
    ),
    Wrong(
        "unknown-metric",
        on(BENCHMARK, set_to("benchmark", "headline", to="better")),
        MalformedDocument,
        BENCHMARK,
        "neither a metric",
    ),
    Wrong(
        "undeclared-facet",
        on_item("q11", set_to("facets", "tier", to="trivial")),
        MalformedDocument,
        ITEMS,
        "trivial",
    ),
    Wrong(
        "item-twice",
        on(ITEMS, lambda own: own["items"].append(own["items"][0])),
        MalformedDocument,
        ITEMS,
        "in their order",
    ),
    Wrong(
        "commitments-with-a-message",
        on("commitments.json", set_to("note", to="h0: Hugo")),
        MalformedDocument,
        r"commitments\.json",
        "note",
    ),
    Wrong(
        "commitments-in-another-order",
        on("commitments.json", lambda own: own["items"].reverse()),
        MalformedDocument,
        r"commitments\.json",
        "in the order",
    ),
    Wrong(
        "commitment-twice",
        on("commitments.json", lambda own: own["items"].insert(0, own["items"][0])),
        MalformedDocument,
        r"commitments\.json",
        "each commitment once",
    ),
    Wrong(
        "row-twice",
        on(LEADERBOARD, lambda own: own["entries"].append(own["entries"][0])),
        MalformedDocument,
        LEADERBOARD,
        "acme/best",
    ),
    Wrong(
        "row-that-is-skipped",
        on(LEADERBOARD, lambda own: own["skipped"].append({"entry": "acme/best", "reason": "slow"})),
        MalformedDocument,
        LEADERBOARD,
        "acme/best",
    ),
    Wrong("bundle-of-another-vendor", on_manifest(set_to("vendor", to="bolt")), MalformedDocument, BEST, "vendor bolt"),
    Wrong(
        "bundle-of-another-recipe",
        on_configuration(set_to("settings", to={"size": "large"})),
        MalformedDocument,
        BEST,
        "configuration",
    ),
]

ABSENT = [
    Wrong("document-removed", lambda site: site.without(PAGE), MissingDocument, PAGE, "is not there"),
    Wrong("board-removed", lambda site: site.without(COLUMNS), MissingDocument, COLUMNS, "is not there"),
    Wrong(
        "responses-removed",
        lambda site: site.without(f"{site.bundle_of('acme/best')}/responses.jsonl"),
        MissingDocument,
        r"bundles/.*/responses\.jsonl",
        "is not there",
    ),
    Wrong(
        "rules-not-named",
        lambda site: on(ROOT, lambda root: root["documents"].pop(BENCHMARK))(site).without(BENCHMARK),
        MissingDocument,
        BENCHMARK,
        "named by no document",
    ),
    Wrong("no-public-scores", without_scores, MissingDocument, r"scores/.*\.json", "named by no document"),
]

OTHER_BYTES = [
    Wrong(
        "one-digit",
        lambda site: site.put(LEADERBOARD, site.files[LEADERBOARD].replace(b"0.833333", b"0.933333")),
        DigestMismatch,
        LEADERBOARD,
        "its parent names sha256:",
    ),
    Wrong(
        "a-space-at-the-end",
        lambda site: site.put(PAGE, site.files[PAGE] + b" "),
        DigestMismatch,
        PAGE,
        "its parent names sha256:",
    ),
    Wrong(
        "another-response",
        lambda site: site.put(f"{site.bundle_of('acme/best')}/responses.jsonl", b"{}\n"),
        DigestMismatch,
        r"bundles/.*/responses\.jsonl",
        "its parent names",
    ),
    Wrong(
        "two-digests",
        on(ROOT, set_to("documents", PAGE, to="sha256:" + "0" * 64)),
        DigestMismatch,
        PAGE,
        "elsewhere as",
    ),
]

MORE_FILES = [
    Wrong("a-file", lambda site: site.put("notes.txt", b"x"), UnnamedFile, r"notes\.txt", "remove it"),
    Wrong("a-hidden-file", lambda site: site.put(".well-hidden", b"x"), UnnamedFile, r"\.well-hidden", "remove it"),
    Wrong(
        "a-file-deep-down",
        lambda site: site.put("items/.git/objects/x", b"x"),
        UnnamedFile,
        r"items/\.git/objects/x",
        "remove it",
    ),
    Wrong(
        "a-file-in-a-bundle",
        lambda site: site.put(f"{site.bundle_of('acme/best')}/notes.jsonl", b"x"),
        UnnamedFile,
        r"bundles/.*/notes\.jsonl",
        "remove it",
    ),
    Wrong(
        "a-name-in-other-case",
        lambda site: site.put("Leaderboard.json", site.files[LEADERBOARD]),
        UnnamedFile,
        r"\w+eaderboard\.json",
        "case",
    ),
    Wrong(
        "a-name-that-forges-lines",
        lambda site: site.put("x\nAll that could be checked holds.", b""),
        UnnamedFile,
        r"x\\nAll.*",
        "remove it",
    ),
]


@pytest.mark.parametrize(
    "wrong",
    [*ROOTS, *SHAPES, *ABSENT, *OTHER_BYTES, *MORE_FILES],
    ids=lambda wrong: f"{wrong.error.__name__}-{wrong.name}",
)
def test_a_wrong_publication_is_refused_with_the_error_meant(
    wrong: Wrong, sites: Mapping[bool, Files], tmp_path: Path
) -> None:
    assert_refused(wrong, Site(sites[True]), tmp_path / "site")
