"""Step 8: a log that does not hold, that another key signed, that was rewritten, or that the board contradicts."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from command_line import run
from ledger_cases import DAY, KEY, documents, leaf, signer
from proofboard import canonical
from proofboard.app import verify as app
from proofboard.ledger.documents import sign_checkpoint
from proofboard.ledger.keys import key_id
from proofboard.ledger.paths import CHECKPOINT, attestation_path, page_path
from proofboard.publish.inputs import PublicationInputs
from proofboard.publish.names import LEADERBOARD
from proofboard.schemas.ledger import Leaf, SignedCheckpoint
from proofboard.verify.refusals import (
    AttestationBroken,
    LogBroken,
    LogDisagrees,
    LogRewritten,
    OtherSigner,
    Refusal,
)
from refusals.forging import Files, Site, laid_out
from refusals.honest import foreign
from refusals.wrong import refused

PAGE = page_path(1)
ATTESTATION = b"{}\n"

Ledger = dict[str, bytes]


def told(inputs: PublicationInputs) -> list[Leaf]:
    """Tell the honest story of a board."""
    return [
        leaf("published", entry=entry.name, bundle=entry.public.digest, configuration=entry.configuration.digest())
        for entry in inputs.entries
    ]


def with_log(site: Site, folder: Path, story: Callable[[list[Leaf]], list[Leaf]], **changes: bytes) -> Site:
    """Let the platform itself publish a board with a log."""
    return site.assembled_again(
        folder, lambda inputs: replace(inputs, ledger={**documents(story(told(inputs))), **changes})
    )


def honest(own: list[Leaf]) -> list[Leaf]:
    return own


def forged_later(own: Ledger) -> Ledger:
    return {**own, PAGE: own[PAGE].replace(DAY.encode(), b"2026-11-20", 1)}


def unsigned(own: Ledger) -> Ledger:
    checkpoint = sign_checkpoint("small", [], DAY, [signer(2)])
    signed = SignedCheckpoint(schema_version=1, keys=[signer().public.hex()], threshold=1, checkpoint=checkpoint)
    return {**own, CHECKPOINT: canonical.dump(signed)}


CASES: dict[str, tuple[type[Refusal], str, Callable[[list[Leaf]], Ledger]]] = {
    "a changed leaf": (LogBroken, CHECKPOINT, lambda own: forged_later(documents(own))),
    "nobody's signature": (LogBroken, CHECKPOINT, lambda own: unsigned(documents(own))),
    "no checkpoint": (LogBroken, CHECKPOINT, lambda own: {PAGE: documents(own)[PAGE]}),
    "an entry of which the log knows nothing": (LogDisagrees, LEADERBOARD, lambda own: documents(own[1:])),
    "a withdrawn entry that is shown": (
        LogDisagrees,
        LEADERBOARD,
        lambda own: documents([*own, leaf("withdrawn", entry=own[0].entry)]),
    ),
    "an entry that vanished": (LogDisagrees, LEADERBOARD, lambda own: documents([*own, leaf(entry="acme/gone")])),
    "an attestation of another shape": (
        AttestationBroken,
        attestation_path(ATTESTATION),
        lambda own: {**documents(own), attestation_path(ATTESTATION): ATTESTATION},
    ),
    "an attestation under another name": (
        AttestationBroken,
        "attestations/mine.json",
        lambda own: {**documents(own), "attestations/mine.json": ATTESTATION},
    ),
    "an attestation without a log": (
        AttestationBroken,
        attestation_path(ATTESTATION),
        lambda _: {attestation_path(ATTESTATION): ATTESTATION},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_log_is_refused_for_its_reason_and_for_no_other(
    name: str, sites: Mapping[bool, Files], tmp_path: Path
) -> None:
    kind, path, ledger = CASES[name]
    forged = Site(sites[False]).assembled_again(
        tmp_path / "again", lambda inputs: replace(inputs, ledger=ledger(told(inputs)))
    )
    done = run("verify", laid_out(forged.files, tmp_path / "site"))
    assert (done.status, refused(done.out)) == (1, {(kind.__name__, path)})
    assert "8. the log was only added to, and says what the board shows: REFUSED" in done.out


def test_the_honest_log_holds_and_changes_no_number(sites: Mapping[bool, Files], tmp_path: Path) -> None:
    site = with_log(Site(sites[False]), tmp_path / "again", honest)
    assert run("verify", laid_out(site.files, tmp_path / "site"), "--key", KEY).status == 0
    same = {path for path, raw in sites[False].items() if site.files[path] == raw}
    assert sites[False].keys() - same == {"publication.json"}


@pytest.mark.parametrize(
    ("kind", "option", "known"),
    [
        (OtherSigner, "--key", lambda _: key_id(signer(2).public)),
        (LogRewritten, "--since", lambda folder: folder / "older"),
    ],
    ids=["another key", "another beginning"],
)
def test_what_the_reader_knows_from_elsewhere_is_held_against_the_log(
    kind: type[Refusal], option: str, known: Callable[[Path], object], sites: Mapping[bool, Files], tmp_path: Path
) -> None:
    older = with_log(Site(sites[False]), tmp_path / "then", lambda own: [*own[::-1], leaf("closed")])
    laid_out(older.files, tmp_path / "older")
    site = with_log(Site(sites[False]), tmp_path / "again", lambda own: [*own, leaf("closed"), leaf("closed")])
    done = run("verify", laid_out(site.files, tmp_path / "site"), option, known(tmp_path))
    assert (done.status, refused(done.out)) == (1, {(kind.__name__, CHECKPOINT)})


def test_a_log_that_no_document_names_is_no_log(sites: Mapping[bool, Files], tmp_path: Path) -> None:
    files = {**sites[False], **documents([])}
    done = run("verify", laid_out(files, tmp_path / "site"))
    assert refused(done.out) == {("UnnamedFile", CHECKPOINT)}


def test_held_out_text_in_a_public_reason_is_found(
    sites: Mapping[bool, Files], store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "installed", foreign)
    question = 'qui a ecrit "Les Misérables" - avant 1870 ? (h3)'
    site = with_log(Site(sites[True]), tmp_path / "again", lambda own: [*own, leaf("erratum", reason=question)])
    done = run("verify", laid_out(site.files, tmp_path / "site"), "--held-out", store, "--grade-with", "foreign")
    assert refused(done.out) == {("HeldOutTextFound", PAGE)}
