# ruff: noqa: INP001, T201 - a script beside its data: it belongs to no package, and it prints what it did
"""Ask every configured library for the language of every text, and freeze what it answered.

    python record.py --recorded 2026-11-21            record all entries, both item sets
    python record.py --recorded 2026-11-21 --only lingua/nordic
    python record.py --check                          ask again and compare with the frozen answers; writes nothing

The answers of all entries are deterministic: recording again on another machine changes only the times. The libraries
come from `requirements.lock`; each is imported only when an entry asks for it.
"""

import argparse
import hashlib
import importlib
import importlib.metadata
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec

from proofboard.errors import Fault, InputError, ProofboardError, fault
from proofboard.record.freeze import freeze, write
from proofboard.record.imported import NewBundle
from proofboard.schemas.base import Document
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.bundle import Response, Usage
from proofboard.schemas.bundle_folder import read_bundle
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.item import Item, prompts_digest
from proofboard.schemas.lines import decode_lines
from proofboard.schemas.reading import LARGEST_JSON_BYTES, as_kind, read_bytes, read_yaml

HERE: Final = Path(__file__).parent

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

Recogniser = Callable[[str], str | None]
"""From a text to the library's own code of its language; None where it gives none."""


class BaselineSettings(Document, frozen=True):
    """One of the answers, drawn by a digest of seed and text; a single answer is always given."""

    answers: list[str]
    seed: int = 0


class Cld3Settings(Document, frozen=True):
    """The two limits of `NNetLanguageIdentifier`, and whether a result marked as unreliable is an answer."""

    min_num_bytes: int
    max_num_bytes: int
    reliable_only: bool = False


class LangdetectSettings(Document, frozen=True):
    """`seed` is required: without one the library answers differently each time."""

    seed: int
    priors: dict[str, float] | None = None
    """Language → how likely it is before the text is seen; a language that is absent is never answered."""


class LinguaSettings(Document, frozen=True):
    """The candidates by ISO 639-1 code (all by default), and the mode that looks at groups of three letters only."""

    languages: list[str] | None = None
    low_accuracy: bool = False


class Py3langidSettings(Document, frozen=True):
    """The candidates of `set_languages`; all by default."""

    languages: list[str] | None = None


class Pycld2Settings(Document, frozen=True):
    """The two switches that concern plain short texts."""

    best_effort: bool = False
    """Answer short and doubtful texts too."""
    hint_languages: Annotated[list[str], msgspec.Meta(max_length=4)] = []  # noqa: RUF012 - msgspec copies it
    """Boosted, as languages that a browser says it accepts. The library ignores a list of more than four."""


class SimplemmaSettings(Document, frozen=True):
    """The dictionaries that are looked into, and whether words that none of them holds are taken apart further."""

    languages: list[str]
    greedy: bool = False


@dataclass(frozen=True, slots=True)
class Library:
    """How a vendor's library is reached: its package, the shape of its settings, and how it is set up with them."""

    package: str | None
    settings: type[Any]
    set_up: Callable[[Any], Recogniser]


@dataclass(frozen=True, slots=True)
class ItemSet:
    """The items of one set, and the folder that its bundles lie below."""

    name: Literal["public", "held_out"]
    items: Sequence[Item]
    entries: Path


@dataclass(frozen=True, slots=True)
class Recording:
    """One entry that is to be asked, with its settings in the shape that its library takes."""

    configuration: Configuration
    library: Library
    settings: Any


def main() -> int:
    """Record or check the entries that the arguments choose; returns the exit status."""
    options = _parse_arguments()
    try:
        benchmark = read_yaml(HERE / "benchmark.yaml", Benchmark)
        item_sets = [
            _read_items("public", HERE / "items" / "public.jsonl", HERE / "entries"),
            _read_items("held_out", HERE / "held-out" / "items" / "held_out.jsonl", HERE / "held-out" / "entries"),
        ]
        changed = 0
        for recording in _choose(options.only):
            for item_set, responses in _ask_everything(recording, item_sets):
                if options.check:
                    changed += _count_changes(responses, recording.configuration, item_set)
                else:
                    _freeze_bundle(responses, recording.configuration, item_set, benchmark, options.recorded)
    except ProofboardError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 1 if changed else 0


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Record what the libraries answer, or check what was recorded.")
    parser.add_argument("--recorded", metavar="DATE", help="the day that the bundles will state, such as 2026-11-21")
    parser.add_argument("--only", metavar="VENDOR/CONFIG", action="append", default=[], help="record only this entry")
    parser.add_argument("--check", action="store_true", help="compare with the frozen answers and write nothing")
    options = parser.parse_args()
    if bool(options.recorded) == options.check:
        parser.error("name the day with --recorded, or ask for --check")
    return options


def _read_items(name: Literal["public", "held_out"], path: Path, entries: Path) -> ItemSet:
    raw = read_bytes(path, LARGEST_JSON_BYTES)
    return ItemSet(name, decode_lines(raw, Item, str(path)), entries)


def _choose(only: Sequence[str]) -> list[Recording]:
    """Read the chosen entries (all by default) before anything is asked; raises InputError with every fault."""
    chosen: list[Recording] = []
    faults: list[Fault] = []
    paths = {f"{path.parts[-3]}/{path.parts[-2]}": path for path in sorted(HERE.glob("entries/*/*/configuration.yaml"))}
    for name in only or paths:
        try:
            if name not in paths:
                raise fault("--only", f"{name} is not an entry; known are {', '.join(paths)}")
            chosen.append(_read_recording(paths[name], name))
        except InputError as error:
            faults.extend(error.faults)
    if faults:
        raise InputError(faults)
    return chosen


def _read_recording(path: Path, name: str) -> Recording:
    configuration = read_yaml(path, Configuration)
    if configuration.name != name:
        raise fault(path, f"names {configuration.name}, expected {name} after its folders")
    library = LIBRARIES.get(configuration.vendor)
    if library is None:
        raise fault(path, f"{configuration.vendor} is not a vendor; known are {', '.join(LIBRARIES)}")
    installed = importlib.metadata.version(library.package) if library.package else None
    if configuration.vendor_version != installed:
        raise fault(path, f"vendor_version is {configuration.vendor_version}, but {installed} is installed")
    return Recording(configuration, library, as_kind(configuration.settings, library.settings, str(path)))


def _ask_everything(recording: Recording, item_sets: Sequence[ItemSet]) -> Iterator[tuple[ItemSet, list[Response]]]:
    """Set the library up and ask it for every text of every set."""
    recognise = recording.library.set_up(recording.settings)
    # One text of each language first, so that no measured call loads a model.
    for item in {item.facets["language"]: item for item in item_sets[0].items}.values():
        recognise(_text(item))
    for item_set in item_sets:
        yield item_set, [_ask(recognise, item) for item in item_set.items]


def _ask(recognise: Recogniser, item: Item) -> Response:
    """Ask once and measure that one call, rounded up to whole microseconds."""
    text = _text(item)
    started = time.perf_counter_ns()
    code = recognise(text)
    nanoseconds = time.perf_counter_ns() - started
    answer = UNDETERMINED if code is None else RENAMED.get(code, code)
    return Response(prompt_id=item.asked, output=answer, usage=Usage(calls=1, microseconds=-(-nanoseconds // 1000)))


def _text(item: Item) -> str:
    if item.prompt is None:
        raise fault("items", f"{item.id} has no prompt; every item of this benchmark needs its text")
    return item.prompt


def _freeze_bundle(
    responses: Sequence[Response],
    configuration: Configuration,
    item_set: ItemSet,
    benchmark: Benchmark,
    recorded: str,
) -> None:
    bundle = NewBundle(name=item_set.name, item_set=item_set.name, responses=responses, recorded=recorded)
    asked = prompts_digest(item_set.items)
    files = freeze(bundle, benchmark.id, benchmark.protocol_version, configuration, asked)
    for name, raw in files.items():
        write(_bundle_folder(configuration, item_set) / name, raw)
    print(f"{configuration.name} {item_set.name}: {len(responses)} answers")


def _count_changes(responses: Sequence[Response], configuration: Configuration, item_set: ItemSet) -> int:
    """Print and count the answers that differ from the frozen ones."""
    frozen = {row.prompt_id: row.output for row in read_bundle(_bundle_folder(configuration, item_set)).responses}
    changed = [row for row in responses if frozen.get(row.prompt_id) != row.output]
    for row in changed:
        print(f"{configuration.name} {row.prompt_id}: {frozen.get(row.prompt_id)} was recorded, now {row.output}")
    same = len(responses) - len(changed)
    print(f"{configuration.name} {item_set.name}: {same} of {len(responses)} answers are the same")
    return len(changed)


def _bundle_folder(configuration: Configuration, item_set: ItemSet) -> Path:
    return item_set.entries / configuration.vendor / configuration.config_name / item_set.name


def _module(name: str) -> Any:  # noqa: ANN401 - the libraries publish few types or none
    """Import a recorded library: the one place where something without types comes in."""
    return importlib.import_module(name)


def set_up_baseline(settings: BaselineSettings) -> Recogniser:
    """Answer without reading: the draw depends on seed and text only, so that it can be repeated in any order."""

    def recognise(text: str) -> str:
        drawn = hashlib.sha256(f"{settings.seed}:{text}".encode()).digest()
        return settings.answers[int.from_bytes(drawn, "big") % len(settings.answers)]

    return recognise


def set_up_cld3(settings: Cld3Settings) -> Recogniser:
    """Use Google's Compact Language Detector 3."""
    detector = _module("gcld3").NNetLanguageIdentifier(settings.min_num_bytes, settings.max_num_bytes)

    def recognise(text: str) -> str | None:
        result = detector.FindLanguage(text)
        return None if settings.reliable_only and not result.is_reliable else str(result.language)

    return recognise


def set_up_langdetect(settings: LangdetectSettings) -> Recogniser:
    """Use the port of Nakatani Shuyo's language-detection, seeded."""
    library = _module("langdetect.detector_factory")
    no_features = library.LangDetectException
    factory = library.DetectorFactory()
    factory.load_profile(library.PROFILES_DIRECTORY)
    factory.set_seed(settings.seed)
    _refuse_unknown("langdetect", settings.priors or {}, factory.get_lang_list())

    def recognise(text: str) -> str | None:
        detector = factory.create()
        if settings.priors is not None:
            detector.set_prior_map(settings.priors)
        detector.append(text)
        try:
            return str(detector.detect())
        except no_features:
            return None

    return recognise


def set_up_lingua(settings: LinguaSettings) -> Recogniser:
    """Use Lingua; its models are loaded beforehand, which changes no answer."""
    library = _module("lingua")
    by_code = {language.iso_code_639_1.name.lower(): language for language in library.Language.all()}
    _refuse_unknown("lingua", settings.languages or [], by_code)
    candidates = [by_code[code] for code in settings.languages or by_code]
    builder = library.LanguageDetectorBuilder.from_languages(*candidates)
    if settings.low_accuracy:
        builder = builder.with_low_accuracy_mode()
    detector = builder.with_preloaded_language_models().build()

    def recognise(text: str) -> str | None:
        language = detector.detect_language_of(text)
        return None if language is None else str(language.iso_code_639_1.name).lower()

    return recognise


def set_up_py3langid(settings: Py3langidSettings) -> Recogniser:
    """Use py3langid with an identifier of its own, so that a restriction touches no other entry."""
    library = _module("py3langid.langid")
    identifier = library.LanguageIdentifier.from_model_file(library.MODEL_FILE)
    _refuse_unknown("py3langid", settings.languages or [], identifier.labels)
    identifier.set_languages(settings.languages)
    return lambda text: str(identifier.classify(text)[0])


def set_up_pycld2(settings: Pycld2Settings) -> Recogniser:
    """Use Google's Compact Language Detector 2 and take the language that it puts first."""
    library = _module("pycld2")
    _refuse_unknown("pycld2", settings.hint_languages, {code for _, code in library.LANGUAGES})
    switches: dict[str, Any] = {"bestEffort": settings.best_effort}
    if settings.hint_languages:
        switches["hintLanguageHTTPHeaders"] = ",".join(settings.hint_languages)
    return lambda text: str(library.detect(text, **switches)[2][0][1])


def set_up_simplemma(settings: SimplemmaSettings) -> Recogniser:
    """Use Simplemma, which answers the language whose dictionary knows most of the words, and nothing on a tie."""
    library = _module("simplemma")
    dictionaries = _module("simplemma.strategies.dictionaries.dictionary_factory")
    _refuse_unknown("simplemma", settings.languages, dictionaries.SUPPORTED_LANGUAGES)
    # The library keeps eight dictionaries; with more candidates it would read them all again for every text.
    kept = dictionaries.DefaultDictionaryFactory(len(settings.languages))
    strategy = _module("simplemma.strategies").DefaultStrategy(settings.greedy, kept)
    sampler = _module("simplemma.token_sampler").MostCommonTokenSampler()
    detector = library.LanguageDetector(tuple(settings.languages), sampler, strategy)
    return lambda text: str(detector.main_language(text))


def _refuse_unknown(vendor: str, codes: Iterable[str], known: Iterable[str]) -> None:
    unknown = sorted(set(codes) - set(known))
    if unknown:
        raise fault(vendor, f"does not know {', '.join(unknown)}; the settings take the library's own codes only")


LIBRARIES: Final = {
    "baseline": Library(None, BaselineSettings, set_up_baseline),
    "cld3": Library("cld3-py", Cld3Settings, set_up_cld3),
    "langdetect": Library("langdetect", LangdetectSettings, set_up_langdetect),
    "lingua": Library("lingua-language-detector", LinguaSettings, set_up_lingua),
    "py3langid": Library("py3langid", Py3langidSettings, set_up_py3langid),
    "pycld2": Library("pycld2", Pycld2Settings, set_up_pycld2),
    "simplemma": Library("simplemma", SimplemmaSettings, set_up_simplemma),
}

if __name__ == "__main__":
    sys.exit(main())
