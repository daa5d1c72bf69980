"""Keys that are always the same, small logs, and boards that keep one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from builders import benchmark_folder
from command_line import run
from proofboard.ledger.documents import Log, log_documents, read_log, sign_checkpoint
from proofboard.ledger.keys import Signer, key_id, signer_from
from proofboard.ledger.leaves import line_of
from proofboard.ledger.tree import leaf_hash
from proofboard.schemas.ledger import Leaf

DAY = "2026-11-21"
BUNDLE, OTHER_BUNDLE = f"sha256:{'b' * 64}", f"sha256:{'c' * 64}"
RECIPE = f"sha256:{'d' * 64}"


def signer(number: int = 1) -> Signer:
    return signer_from(bytes([number]) * 32)


def leaf(kind: str = "published", **fields: Any) -> Leaf:
    """Make a leaf that says what its kind needs."""
    needed: dict[str, dict[str, Any]] = {
        "received": {"submission": "s-1", "artifact": BUNDLE},
        "refused": {"submission": "s-1", "reason": "no licence"},
        "published": {"entry": "acme/best", "bundle": BUNDLE, "configuration": RECIPE},
        "revised": {"entry": "acme/best", "bundle": OTHER_BUNDLE, "configuration": RECIPE},
        "withdrawn": {"entry": "acme/best", "reason": "asked by its submitter"},
        "superseded": {"entry": "acme/best", "reason": "a newer model"},
        "rescored": {"reason": "item q1 had two right answers"},
        "erratum": {"reason": "item q1 has two right answers"},
        "closed": {},
        "appeal_filed": {"appeal": "a-1", "reason": "the reference is wrong"},
        "appeal_decided": {"appeal": "a-1", "outcome": "upheld", "reason": "it was"},
        "purged": {"bundle": BUNDLE, "reason": "older than a year"},
        "rerun": {"entry": "acme/best", "bundle": BUNDLE, "outcome": "matched"},
        "key_added": {"key": signer().public.hex(), "role": "board"},
        "key_revoked": {"key": signer().public.hex(), "reason": "lost"},
    }
    given = {"benchmark": "small", "date": DAY, **needed[kind], **fields}
    return Leaf(kind=kind, **given)  # type: ignore[arg-type]


def documents(
    leaves: Sequence[Leaf], signers: Sequence[Signer] | None = None, origin: str = "small", threshold: int = 1
) -> dict[str, bytes]:
    """Publish a log."""
    own = [signer()] if signers is None else signers
    lines = [line_of(one) for one in leaves]
    checkpoint = sign_checkpoint(origin, [leaf_hash(line) for line in lines], DAY, own)
    return log_documents(lines, checkpoint, [one.public for one in own], threshold)


def log(leaves: Sequence[Leaf]) -> Log:
    found = read_log(documents(leaves), "small")
    assert found is not None
    return found


def key_file(folder: Path, number: int = 1) -> Path:
    """Write a private key, and its public half beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"key-{number}"
    path.write_bytes(signer(number).pem())
    path.chmod(0o600)
    path.with_name(f"key-{number}.pub").write_text(signer(number).public.hex())
    return path


def board(tmp_path: Path) -> Path:
    """Make a benchmark directory that keeps a signed log of its three entries."""
    folder = benchmark_folder(tmp_path / "board")
    done(run("log", "append", folder, "--due", "--date", DAY))
    signed(folder, tmp_path)
    return folder


def signed(folder: Path, tmp_path: Path, *numbers: int) -> None:
    keys = [part for number in numbers or (1,) for part in ("--key", key_file(tmp_path, number))]
    done(run("log", "sign", folder, *keys, "--date", DAY))


def site(folder: Path, tmp_path: Path, name: str = "site") -> Path:
    done(run("build", folder, "--out", tmp_path / name))
    return tmp_path / name


def done(finished: Any) -> str:
    assert finished.status == 0, finished
    return str(finished.out)


KEY = key_id(signer().public)
