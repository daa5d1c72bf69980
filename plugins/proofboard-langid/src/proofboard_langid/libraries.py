"""How each library is set up from the settings of a configuration."""

import importlib
from collections.abc import Iterable
from typing import Annotated, Any

import msgspec

from proofboard.errors import fault
from proofboard.schemas.base import Document
from proofboard_langid.adapter import Recogniser


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


def _module(name: str) -> Any:  # noqa: ANN401 - the libraries publish few types or none
    """Import a recorded library: the one place where something without types comes in."""
    return importlib.import_module(name)
