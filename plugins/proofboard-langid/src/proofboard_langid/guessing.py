"""Guessing: what any library must beat."""

import hashlib
from typing import Annotated

import msgspec

from proofboard.schemas.base import Document
from proofboard_langid.adapter import Recogniser


class BaselineSettings(Document, frozen=True):
    """One of the answers, drawn by a digest of seed and text; a single answer is always given."""

    answers: Annotated[list[str], msgspec.Meta(min_length=1)]
    seed: int = 0


def set_up_baseline(settings: BaselineSettings) -> Recogniser:
    """Answer without reading: the draw depends on seed and text only, so that it can be repeated in any order."""

    def recognise(text: str) -> str:
        drawn = hashlib.sha256(f"{settings.seed}:{text}".encode()).digest()
        return settings.answers[int.from_bytes(drawn, "big") % len(settings.answers)]

    return recognise
