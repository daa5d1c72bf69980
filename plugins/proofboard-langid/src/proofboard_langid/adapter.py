"""What all libraries have in common: settings in, one code for each text out, and the time that it took."""

import time
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from proofboard import canonical
from proofboard.errors import MissingExtraError, fault
from proofboard.record.vendors import Prompted
from proofboard.schemas.bundle import Response, Usage
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.reading import as_kind

UNDETERMINED: Final = "und"
"""What a library's "I do not know" is recorded as, after BCP 47."""

RENAMED: Final = {
    "in": "id",
    "iw": "he",
    "jw": "jv",
    "un": UNDETERMINED,
    "unk": UNDETERMINED,
    "unknown": UNDETERMINED,
    "zh-Hant": "zh",
    "zh-cn": "zh",
    "zh-tw": "zh",
}
"""Other names of the same thing. `no`, `hbs` and `sr-ME` are not here: they are other answers, graded as they are."""

WARMING_UP: Final = (
    "Where is the nearest station?",
    "¿Dónde está la estación más cercana?",
    "Где находится ближайшая станция?",
    "Πού είναι ο πιο κοντινός σταθμός;",  # noqa: RUF001 - this is Greek
    "أين توجد أقرب محطة؟",
    "निकटतम स्टेशन कहाँ है?",
    "一番近い駅はどこですか。",
)
"""A sentence in each script, asked beforehand, so that no measured call loads a model."""

WITHOUT_EFFECT: Final = ("decoding", "ensemble_weights", "extra_prompts", "packs", "tools_used")
"""Fields that would make the same answers look like another recipe."""

Recogniser = Callable[[str], str | None]
"""From a text to the library's own code of its language; None where it gives none."""


class LanguageIdentifier:
    """The adapter of one library: `settings` is the shape of its configurations' settings, all other is refused."""

    def __init__(
        self, vendor: str, package: str | None, settings: type[Any], set_up: Callable[[Any], Recogniser]
    ) -> None:
        """Name a library; nothing of it is imported yet."""
        self.vendor = vendor
        self.package = package
        self.settings = settings
        self._set_up = set_up
        self._ready: tuple[str, Recogniser] | None = None

    def version(self) -> str | None:
        """Return the installed library's version, None for a baseline; raises MissingExtraError."""
        if self.package is None:
            return None
        try:
            return version(self.package)
        except PackageNotFoundError:
            extra = f"proofboard-langid[{self.vendor}]"
            raise MissingExtraError(f"{self.vendor}: {self.package} is not installed; install {extra!r}") from None

    def respond(self, configuration: Configuration, items: Sequence[Prompted]) -> Iterator[Response]:
        """Answer texts one by one; raises InputError for settings that the library does not have."""
        recognise = self._recogniser(configuration)
        for item in items:
            yield _timed(recognise, item)

    def _recogniser(self, configuration: Configuration) -> Recogniser:
        """Set the library up, or keep it as it is: the next set of items mostly comes under the same settings."""
        if given := [name for name in WITHOUT_EFFECT if getattr(configuration, name)]:
            raise fault(configuration.name, f"has {', '.join(given)}, which change nothing here; use settings alone")
        named = canonical.digest_of(configuration.settings)
        if self._ready is None or self._ready[0] != named:
            settings = as_kind(configuration.settings, self.settings, f"{configuration.name}: settings")
            # Two sets of models may not fit into memory.
            self._ready = None
            recognise = self._set_up(settings)
            for text in WARMING_UP:
                recognise(text)
            self._ready = named, recognise
        return self._ready[1]


def _timed(recognise: Recogniser, item: Prompted) -> Response:
    """Ask once and measure that one call, rounded up to whole microseconds."""
    started = time.perf_counter_ns()
    code = recognise(item.prompt)
    nanoseconds = time.perf_counter_ns() - started
    answer = UNDETERMINED if code is None else RENAMED.get(code, code)
    return Response(prompt_id=item.prompt_id, output=answer, usage=Usage(calls=1, microseconds=-(-nanoseconds // 1000)))
