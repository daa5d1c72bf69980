"""How an attacker edits a publication: documents as values, and every digest made right again up to the root."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from proofboard import canonical
from proofboard.publish.assemble import assemble
from proofboard.publish.inputs import PublicationInputs
from proofboard.publish.names import ROOT
from proofboard.verify.documents import walk
from proofboard.verify.inputs import rebuild_inputs

Files = Mapping[str, bytes]
"""A publication in memory: path → bytes."""


def files_of(folder: Path) -> Files:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def laid_out(files: Files, folder: Path) -> Path:
    for path, raw in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(raw)
    return folder


def hex_of(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _renamed(raw: bytes, old: str, new: str) -> bytes:
    # Older readers of boards know a bundle by the first 16 digits of its digest.
    return raw.replace(old.encode(), new.encode()).replace(old[:16].encode(), new[:16].encode())


@dataclass(frozen=True)
class Site:
    """A publication and the honest one that it was made from; every method answers a changed copy."""

    files: Files

    def document(self, path: str) -> Any:
        return json.loads(self.files[path])

    def one(self, pattern: str) -> str:
        """Return the only path, or the first of several, that matches a pattern."""
        return next(path for path in sorted(self.files) if re.fullmatch(pattern, path))

    def bundle_of(self, entry: str, name: str = "public") -> str:
        """Return the folder of a bundle."""
        bundles = self.document(f"entries/{entry}.json")["identity"]["bundles"]
        return next(f"bundles/{own['bundle'].removeprefix('sha256:')}" for own in bundles if own["name"] == name)

    def put(self, path: str, raw: bytes) -> "Site":
        """Replace or add a file, and nothing else."""
        return Site({**self.files, path: raw})

    def without(self, path: str) -> "Site":
        return Site({name: raw for name, raw in self.files.items() if name != path})

    def edit(self, path: str, change: Callable[[Any], Any]) -> "Site":
        """Change a document in place or into what `change` returns, and make every digest above it right again."""
        document = self.document(path)
        changed = change(document)
        return self.rewrite(path, canonical.dump(document if changed is None else changed))

    def rewrite(self, path: str, raw: bytes) -> "Site":
        """Replace a file and make every digest above it right again, names of files included."""
        files = {**self.files, path: raw}
        waiting = [(hex_of(self.files[path]), hex_of(raw))]
        while waiting:
            old, new = waiting.pop(0)
            if old == new:
                continue
            touched = {name: _renamed(own, old, new) for name, own in files.items()}
            waiting += [(hex_of(files[name]), hex_of(own)) for name, own in touched.items() if own != files[name]]
            files = {name.replace(old, new): own for name, own in touched.items()}
        return Site(files)

    def edit_lines(self, folder: str, file: str, change: Callable[[list[Any]], Any]) -> "Site":
        """Change the lines of a bundle, and what its manifest says of them."""
        lines = [json.loads(line) for line in self.files[f"{folder}/{file}"].splitlines()]
        change(lines)
        return self.rewrite_lines(folder, file, canonical.dump_lines(lines))

    def rewrite_lines(self, folder: str, file: str, raw: bytes) -> "Site":
        manifest = self.document(f"{folder}/manifest.json")
        manifest["files"][file] = {"bytes": len(raw), "digest": canonical.digest(raw), "lines": raw.count(b"\n")}
        placed = Site({**self.files, f"{folder}/{file}": raw})
        return placed.rewrite(f"{folder}/manifest.json", canonical.dump(manifest))

    def name(self, path: str, raw: bytes) -> "Site":
        """Add a file and name it in the root."""
        added = self.put(path, raw)
        return added.edit(ROOT, lambda root: root["documents"].update({path: canonical.digest(raw)}))

    def assembled_again(self, folder: Path, change: Callable[[PublicationInputs], PublicationInputs]) -> "Site":
        """Let the platform itself publish changed inputs: the most consistent forgery of all."""
        inputs = change(rebuild_inputs(walk(laid_out(self.files, folder)), lambda _kind, _options: None))
        again = assemble(inputs)
        kept = {path: raw for path, raw in self.files.items() if path.split("/")[0] == "bundles"}
        named = tuple(f"bundles/{canonical.hex_of(digest)}/" for digest in again.bundles)
        return Site({**again.documents, **{path: raw for path, raw in kept.items() if path.startswith(named)}})


def with_entries(inputs: PublicationInputs, *names: str) -> PublicationInputs:
    """Keep the named entries only, in the given order."""
    own = {entry.name: entry for entry in inputs.entries}
    return replace(inputs, entries=[own[name] for name in names])
