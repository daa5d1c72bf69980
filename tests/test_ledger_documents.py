"""The documents of a log: whole pages, one checkpoint, receipts, statements; and every way of being wrong."""

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from ledger_cases import BUNDLE, DAY, OTHER_BUNDLE, RECIPE, documents, leaf, log, signer
from proofboard import canonical
from proofboard.errors import InputError
from proofboard.ledger.documents import (
    PAGE_LEAVES,
    Log,
    check_older,
    log_documents,
    open_checkpoint,
    read_log,
    sign_root,
)
from proofboard.ledger.keys import key_id
from proofboard.ledger.leaves import Standing, check_leaf, disagreements, keys_of, line_of, standings
from proofboard.ledger.paths import ATTESTATIONS, CHECKPOINT, attestation_path, page_path
from proofboard.ledger.receipts import check_receipt, check_receipt_in, receipt_from, receipt_of
from proofboard.ledger.refusals import (
    BadSignature,
    BrokenLeaf,
    FalseStatement,
    LedgerRefusal,
    MalformedEnvelope,
    NotConsistent,
    NotIncluded,
    OtherLog,
    RootMismatch,
    SizeMismatch,
    TooFewSigners,
    UnknownSigner,
    WrongPayloadType,
)
from proofboard.ledger.signing import seal
from proofboard.ledger.statements import attest_rerun, read_attestation
from proofboard.ledger.tree import Frontier, leaf_hash
from proofboard.publish.names import is_ledger_path, is_site_path, largest_bytes
from proofboard.schemas.ledger import (
    STATEMENT_TYPE,
    Envelope,
    Leaf,
    LeafKind,
    Receipt,
    Rerun,
    RerunStatement,
    SignedCheckpoint,
)
from proofboard.schemas.reading import as_kind, parse_document

STORY = [leaf(), leaf("revised"), leaf("withdrawn")]


def many(count: int) -> list[Leaf]:
    return [leaf("rescored", reason=f"reason {number}") for number in range(count)]


def test_a_log_is_read_back_from_its_documents() -> None:
    found = log(STORY)
    assert (found.leaves, found.checkpoint.size, found.signed_by) == (STORY, 3, [key_id(signer().public)])


def test_a_publication_without_a_log_has_none() -> None:
    assert read_log({"leaderboard.json": b"{}"}, "small") is None


def test_a_log_without_leaves_is_one() -> None:
    assert log([]).checkpoint.size == 0


@pytest.mark.parametrize(("count", "pages"), [(999, 1), (1_000, 1), (1_001, 2), (2_500, 3)])
def test_leaves_stand_on_whole_pages(count: int, pages: int) -> None:
    found = documents(many(count))
    assert found.keys() == {CHECKPOINT, *(page_path(number) for number in range(1, pages + 1))}
    assert [raw.count(b"\n") for path, raw in sorted(found.items()) if path != CHECKPOINT][:-1] == [1_000] * (pages - 1)


def test_adding_a_leaf_rewrites_the_last_page_and_no_other() -> None:
    before, after = documents(many(2_100)), documents(many(2_101))
    assert {path for path in after if after[path] != before.get(path)} == {page_path(3), CHECKPOINT}


def test_the_documents_of_a_log_are_documents_of_a_site() -> None:
    largest = leaf("withdrawn", reason="\U0001d518" * 1_000, bundle=BUNDLE, artifact=BUNDLE, configuration=RECIPE)
    for path in (*documents([largest]), attestation_path(b"")):
        assert is_site_path(path)
        assert is_ledger_path(path)
    assert len(line_of(largest)) * PAGE_LEAVES < largest_bytes(page_path(1))


@pytest.mark.parametrize("path", ["log", "logs/1.jsonl", "leaderboard.json", "entries/log/x.json", "attestations.json"])
def test_no_other_document_is_taken_for_one_of_a_log(path: str) -> None:
    assert not is_ledger_path(path)


def test_the_line_of_a_leaf_is_canonical_and_leaves_out_what_is_not_said() -> None:
    assert line_of(leaf("withdrawn")) == (
        b'{"benchmark":"small","date":"2026-11-21","entry":"acme/best","kind":"withdrawn",'
        b'"reason":"asked by its submitter"}\n'
    )


Forge = Callable[[dict[str, bytes]], object]
PAGE = page_path(1)

BROKEN: dict[str, tuple[Forge, str]] = {
    "no checkpoint": (lambda own: own.pop(CHECKPOINT), "is absent"),
    "a strange document": (lambda own: own.update({"log/notes.txt": b"x"}), "without a gap"),
    "a page that does not begin the log": (lambda own: own.update({page_path(2): own.pop(PAGE)}), "without a gap"),
    "an empty page": (lambda own: own.update({page_path(2): b""}), "expected 1,000"),
    "a page after one that is not full": (lambda own: own.update({page_path(2): own[PAGE]}), "expected 1,000"),
    "a page that is too full": (lambda own: own.update({PAGE: own[PAGE] * 500}), "has 1500 leaves"),
    "no line feed": (lambda own: own.update({PAGE: own[PAGE].rstrip()}), "canonical"),
    "white space": (lambda own: own.update({PAGE: own[PAGE].replace(b":", b": ", 1)}), "canonical"),
    "what is not said, said": (lambda own: own.update({PAGE: own[PAGE].replace(b"{", b'{"appeal":null,', 1)}), "canon"),
    "another field": (lambda own: own.update({PAGE: own[PAGE].replace(b"{", b'{"held_out":0.7,', 1)}), "held_out"),
    "not JSON": (lambda own: own.update({PAGE: b"leaf\n"}), "not JSON"),
    "a checkpoint of another shape": (lambda own: own.update({CHECKPOINT: b"{}"}), "required"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_log_of_another_shape_is_refused(name: str) -> None:
    own = documents(STORY)
    forge, reason = BROKEN[name]
    forge(own)
    with pytest.raises(InputError, match=reason):
        read_log(own, "small")


def with_signed(change: Callable[[SignedCheckpoint], SignedCheckpoint]) -> Forge:
    def forge(own: dict[str, bytes]) -> None:
        signed = parse_document(own[CHECKPOINT], SignedCheckpoint, CHECKPOINT)
        own[CHECKPOINT] = canonical.dump(change(signed))

    return forge


def swapped(own: dict[str, bytes]) -> None:
    first, *rest = own[PAGE].splitlines(keepends=True)
    own[PAGE] = b"".join([*rest, first])


def by_another_key(own: dict[str, bytes]) -> None:
    own.update(documents([*STORY, leaf("key_added")], [signer(2)]))


def after_it_was_revoked(own: dict[str, bytes]) -> None:
    own.update(documents([leaf("key_added"), leaf("key_added", key=signer(2).public.hex()), leaf("key_revoked")]))


REFUSED: dict[str, tuple[type[LedgerRefusal], Forge]] = {
    "a leaf is gone": (SizeMismatch, lambda own: own.update({PAGE: own[PAGE].partition(b"\n")[2]})),
    "a leaf was changed": (RootMismatch, lambda own: own.update({PAGE: own[PAGE].replace(b"asked", b"urged")})),
    "leaves were swapped": (RootMismatch, swapped),
    "another board": (OtherLog, lambda own: own.update({PAGE: own[PAGE].replace(b'"small"', b'"large"')})),
    "the checkpoint of another board": (OtherLog, lambda own: own.update(documents(STORY, origin="large"))),
    "a leaf that says too little": (
        BrokenLeaf,
        lambda own: own.update({PAGE: own[PAGE].replace(b',"reason":"asked by its submitter"', b"")}),
    ),
    "a key that did not sign": (
        UnknownSigner,
        with_signed(lambda own: msgspec.structs.replace(own, keys=[signer(2).public.hex()])),
    ),
    "a key that the log never added": (UnknownSigner, by_another_key),
    "a key that was revoked": (UnknownSigner, after_it_was_revoked),
    "too few keys": (TooFewSigners, lambda own: own.update(documents(STORY, threshold=2))),
    "a key named twice": (
        MalformedEnvelope,
        with_signed(lambda own: msgspec.structs.replace(own, keys=own.keys * 2)),
    ),
    "a key of small order": (
        MalformedEnvelope,
        with_signed(lambda own: msgspec.structs.replace(own, keys=[*own.keys, "01" + "00" * 31])),
    ),
    "something else that the key signed": (
        WrongPayloadType,
        with_signed(lambda own: msgspec.structs.replace(own, checkpoint=seal(b"{}", "application/other", [signer()]))),
    ),
    "a changed checkpoint": (
        BadSignature,
        with_signed(
            lambda own: msgspec.structs.replace(
                own, checkpoint=msgspec.structs.replace(own.checkpoint, payload=documents_payload(STORY[:2]))
            )
        ),
    ),
}


def documents_payload(leaves: list[Leaf]) -> str:
    return parse_document(documents(leaves)[CHECKPOINT], SignedCheckpoint, CHECKPOINT).checkpoint.payload


@pytest.mark.parametrize("name", REFUSED)
def test_a_log_that_does_not_hold_is_refused_for_its_reason(name: str) -> None:
    expected, forge = REFUSED[name]
    own = documents(STORY)
    forge(own)
    with pytest.raises(expected):
        read_log(own, "small")


def test_every_refusal_has_a_case_that_causes_it() -> None:
    cases = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_ledger_*.py"))
    kinds = [kind.__name__ for kind in LedgerRefusal.__subclasses__()]
    assert [kind for kind in kinds if not re.search(rf"(raises\(|\(|: ){kind}\b[,)]", cases)] == []


def test_several_keys_may_have_to_sign() -> None:
    found = read_log(documents(STORY, [signer(1), signer(2)], threshold=2), "small")
    assert found is not None
    assert found.signed_by == [key_id(signer(number).public) for number in (1, 2)]


@pytest.mark.parametrize("kind", get_args(LeafKind))
def test_a_leaf_that_says_what_its_kind_needs_is_taken(kind: str) -> None:
    check_leaf(leaf(kind))


@pytest.mark.parametrize("kind", [kind for kind in get_args(LeafKind) if kind != "closed"])
def test_a_leaf_that_lacks_what_its_kind_needs_is_refused(kind: str) -> None:
    with pytest.raises(BrokenLeaf, match="needs"):
        check_leaf(as_kind({"kind": kind, "benchmark": "small", "date": DAY}, Leaf, "leaf"))


STRANGE: list[tuple[str, dict[str, Any]]] = [
    ("published", {"key": "0" * 64}),
    ("published", {"outcome": "upheld"}),
    ("withdrawn", {"successor": "acme/next"}),
    ("closed", {"role": "board"}),
    ("key_added", {"entry": "acme/best"}),
    ("key_revoked", {"role": "board"}),
    ("received", {"appeal": "a-1"}),
    ("rerun", {"outcome": "upheld"}),
    ("appeal_decided", {"outcome": "matched"}),
    ("withdrawn", {"reason": "two\nlines"}),
    ("withdrawn", {"reason": "an escape \x1b[2J"}),
    ("withdrawn", {"reason": "  "}),
]


@pytest.mark.parametrize(("kind", "fields"), STRANGE, ids=lambda own: str(own)[:40])
def test_a_leaf_that_says_more_than_its_kind_may_is_refused(kind: str, fields: dict[str, Any]) -> None:
    with pytest.raises(BrokenLeaf):
        check_leaf(leaf(kind, **fields))


def test_no_field_of_a_leaf_can_hold_a_number() -> None:
    """What left the held-out set is released elsewhere, through one gate; a leaf has no room for it."""
    shape = msgspec.json.schema(Leaf)["$defs"]["Leaf"]
    assert "additionalProperties" in shape
    assert not re.search(r"number|integer|object|array", str([own.get("type") for own in shape["properties"].values()]))
    assert not [name for name in shape["properties"] if "score" in name or "item" in name or "held" in name]


@pytest.mark.parametrize(
    "field",
    [
        {"entry": "acme"},
        {"entry": "acme/best\n"},
        {"entry": "../x"},
        {"bundle": "abc"},
        {"date": "yesterday"},
        {"reason": ""},
        {"reason": "x" * 1_001},
        {"kind": "held_out_scored"},
        {"key": "zz"},
        {"score": 0.7},
    ],
    ids=str,
)
def test_a_leaf_of_another_shape_is_refused(field: dict[str, Any]) -> None:
    own = {**msgspec.to_builtins(leaf()), **field}
    with pytest.raises(InputError):
        as_kind(own, Leaf, "leaf")


def test_keys_come_and_go() -> None:
    other = signer(2).public.hex()
    story = [leaf("key_added"), leaf("key_added", key=other, role="attester"), leaf("key_revoked")]
    assert keys_of(story[:2], "board") == [signer().public]
    assert keys_of(story, "board") == []
    assert keys_of(story, "attester") == [signer(2).public]


STORIES: list[tuple[list[Leaf], Standing | None]] = [
    ([leaf("received")], None),
    ([leaf()], Standing(BUNDLE, "shown")),
    ([leaf(), leaf("revised")], Standing(OTHER_BUNDLE, "shown")),
    ([leaf(), leaf("withdrawn")], Standing(BUNDLE, "withdrawn")),
    ([leaf(), leaf("withdrawn"), leaf()], Standing(BUNDLE, "shown")),
    ([leaf(), leaf("superseded")], Standing(BUNDLE, "replaced")),
    ([leaf(), leaf("withdrawn"), leaf("superseded")], Standing(BUNDLE, "withdrawn")),
    ([leaf(), leaf("revised"), leaf("superseded", bundle=BUNDLE)], Standing(OTHER_BUNDLE, "shown")),
    ([leaf(), leaf("revised"), leaf("withdrawn", bundle=BUNDLE)], Standing(OTHER_BUNDLE, "shown")),
    ([leaf("withdrawn")], None),
    ([leaf(), leaf("rescored", entry="acme/best")], Standing(BUNDLE, "shown")),
    ([leaf(), leaf("purged", entry="acme/best")], Standing(BUNDLE, "shown")),
]


@pytest.mark.parametrize(
    ("story", "expected"), STORIES, ids=[" ".join(own.kind for own in story) for story, _ in STORIES]
)
def test_the_leaves_say_how_an_entry_stands(story: list[Leaf], expected: Standing | None) -> None:
    assert standings(story).get("acme/best") == expected


@pytest.mark.parametrize(
    ("story", "shown", "says"),
    [
        ([], {"acme/best": BUNDLE}, "no leaf says that it was published"),
        ([leaf(), leaf("withdrawn")], {"acme/best": BUNDLE}, "says that it was withdrawn"),
        ([leaf(), leaf("revised")], {"acme/best": BUNDLE}, "the log's latest is"),
        ([leaf()], {}, "no leaf says that it was withdrawn"),
    ],
    ids=["unlogged", "withdrawn", "other bundle", "vanished"],
)
def test_a_board_that_tells_another_story_is_found(story: list[Leaf], shown: dict[str, str], says: str) -> None:
    (reason,) = disagreements(standings(story), shown, [])
    assert says in reason


@pytest.mark.parametrize(
    ("story", "shown", "skipped"),
    [
        ([leaf()], {"acme/best": BUNDLE}, []),
        ([leaf()], {}, ["acme/best"]),
        ([leaf(), leaf("withdrawn")], {}, []),
        ([leaf(), leaf("superseded")], {}, []),
        ([leaf(), leaf("superseded")], {"acme/best": BUNDLE}, []),
    ],
    ids=["shown", "skipped with a reason", "withdrawn", "superseded and gone", "superseded and kept"],
)
def test_a_board_that_tells_the_story_of_its_log_agrees(
    story: list[Leaf], shown: dict[str, str], skipped: list[str]
) -> None:
    assert [*disagreements(standings(story), shown, skipped)] == []


@pytest.mark.parametrize("index", range(3))
def test_every_leaf_has_a_receipt_that_holds(index: int) -> None:
    own = receipt_from(log(STORY), index)
    read = parse_document(canonical.dump(own), Receipt, "receipt.json")
    assert check_receipt(read)[0].size == 3
    check_receipt_in(read, log([*STORY, *many(2)]))


def test_a_receipt_is_made_from_the_edge_of_a_log_alone() -> None:
    edge = Frontier()
    for one in STORY[:-1]:
        edge = edge.extended(leaf_hash(line_of(one)))
    whole = edge.extended(leaf_hash(line_of(STORY[-1])))
    checkpoint = sign_root("small", (whole.size, whole.root()), DAY, [signer()])
    keys = [signer().public.hex()]
    signed = SignedCheckpoint(schema_version=1, keys=keys, threshold=1, checkpoint=checkpoint)
    assert receipt_of(edge.size, STORY[-1], edge.proof_of_next(), signed) == receipt_from(log(STORY), 2)


RECEIPTS: dict[str, tuple[type[LedgerRefusal], dict[str, Any]]] = {
    "another leaf": (NotIncluded, {"leaf": leaf("withdrawn")}),
    "another place": (NotIncluded, {"index": 0}),
    "a place beyond the log": (NotIncluded, {"index": 9}),
    "no proof": (NotIncluded, {"proof": []}),
    "a leaf of another board": (OtherLog, {"leaf": leaf(benchmark="large")}),
}


@pytest.mark.parametrize("name", RECEIPTS)
def test_a_receipt_that_does_not_hold_is_refused(name: str) -> None:
    expected, changes = RECEIPTS[name]
    forged = msgspec.structs.replace(receipt_from(log(STORY), 1), **changes)
    with pytest.raises(expected):
        check_receipt(forged)


def test_a_log_that_lost_the_leaf_of_a_receipt_is_found_out() -> None:
    own = receipt_from(log(STORY), 1)
    with pytest.raises(NotConsistent, match="rewritten"):
        check_receipt_in(own, log([STORY[0], *many(4)]))
    with pytest.raises(NotConsistent, match="has 2 leaves, and had 3"):
        check_receipt_in(own, log(STORY[:2]))


def test_an_older_state_is_the_beginning_of_a_newer_one() -> None:
    check_older(log(STORY).checkpoint, log([*STORY, *many(3)]))
    check_older(log(STORY).checkpoint, log(STORY))


def test_a_state_of_another_log_is_refused() -> None:
    older = msgspec.structs.replace(log(STORY).checkpoint, origin="large")
    with pytest.raises(OtherLog):
        check_older(older, log(STORY))


def rerun(**changes: Any) -> Rerun:
    given: dict[str, Any] = {
        "benchmark": "small",
        "entry": "acme/best",
        "configuration": RECIPE,
        "prompts_digest": RECIPE,
        "protocol_version": "1",
        "metric": "correct",
        "n_items": 8,
        "published": ("7", "8"),
        "again": ("6", "8"),
        "tolerance": "0.125",
        "matched": True,
        "bundle": OTHER_BUNDLE,
        "date": DAY,
        **changes,
    }
    return Rerun(**given)


def test_what_somebody_ran_again_is_read_with_its_numbers_and_its_signer() -> None:
    raw = canonical.dump(attest_rerun(BUNDLE, rerun(), [signer(2)]))
    found = read_attestation(raw, attestation_path(raw), [signer(1).public, signer(2).public])
    assert (found.bundle, found.rerun, found.signed_by) == (BUNDLE, rerun(), [key_id(signer(2).public)])


def test_a_statement_has_the_fields_of_its_standard() -> None:
    own = RerunStatement(
        statement="https://in-toto.io/Statement/v1",
        subject=[],
        predicate_type="urn:proofboard:rerun:1",
        predicate=rerun(),
    )
    assert msgspec.to_builtins(own).keys() == {"_type", "subject", "predicateType", "predicate"}


@pytest.mark.parametrize(
    ("changes", "confirmed"),
    [({}, True), ({"matched": False, "again": ("5", "8")}, False), ({"configuration": BUNDLE}, False)],
    ids=["matched", "did not match", "another recipe"],
)
def test_only_a_match_of_the_published_score_confirms_it(changes: dict[str, Any], confirmed: bool) -> None:  # noqa: FBT001
    raw = canonical.dump(attest_rerun(BUNDLE, rerun(**changes), [signer()]))
    found = read_attestation(raw, attestation_path(raw), [signer().public])
    assert found.confirms(BUNDLE, RECIPE, Fraction(7, 8)) is confirmed
    assert not found.confirms(OTHER_BUNDLE, RECIPE, Fraction(7, 8))
    assert not found.confirms(BUNDLE, RECIPE, Fraction(1, 8))


@pytest.mark.parametrize(
    "changes",
    [{"matched": False}, {"again": ("5", "8")}, {"tolerance": "0.1249"}, {"published": ("7", "0")}],
    ids=["denies a match", "too far", "just too far", "no denominator"],
)
def test_a_conclusion_that_does_not_follow_is_neither_signed_nor_read(changes: dict[str, Any]) -> None:
    with pytest.raises(FalseStatement):
        attest_rerun(BUNDLE, rerun(**changes), [signer()])
    honest = parse_statement(attest_rerun(BUNDLE, rerun(), [signer()]))
    forged = canonical.dump(msgspec.structs.replace(honest, predicate=rerun(**changes)))
    raw = canonical.dump(seal(forged, STATEMENT_TYPE, [signer()]))
    with pytest.raises(FalseStatement):
        read_attestation(raw, attestation_path(raw), [signer().public])


def parse_statement(envelope: Envelope) -> RerunStatement:
    payload = msgspec.json.decode(b'"' + envelope.payload.encode() + b'"', type=bytes)
    return parse_document(payload, RerunStatement, "statement")


def test_an_attestation_under_another_name_or_by_a_stranger_is_refused() -> None:
    raw = canonical.dump(attest_rerun(BUNDLE, rerun(), [signer(2)]))
    with pytest.raises(InputError, match="called otherwise than its digest"):
        read_attestation(raw, f"{ATTESTATIONS}{'0' * 64}.json", [signer(2).public])
    with pytest.raises(UnknownSigner):
        read_attestation(raw, attestation_path(raw), [signer(1).public])


def test_the_keys_of_a_checkpoint_are_told_and_not_believed() -> None:
    """A forger's log holds by itself: only who knows the key from elsewhere finds out."""
    forged = read_log(documents(STORY[:1], [signer(9)]), "small")
    assert isinstance(forged, Log)
    assert open_checkpoint(forged.signed)[1] == [key_id(signer(9).public)]
    assert forged.signed_by != log(STORY).signed_by


def test_the_documents_follow_from_leaves_checkpoint_and_keys_alone() -> None:
    lines = [line_of(one) for one in STORY]
    signed = parse_document(documents(STORY)[CHECKPOINT], SignedCheckpoint, CHECKPOINT)
    assert log_documents(lines, signed.checkpoint, [signer().public]) == documents(STORY)
