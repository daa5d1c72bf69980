"""What a configuration must satisfy beyond its shape: it selects what exists, and it names no code and no address."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from proofboard.core.rules.addresses import addresses_in, asks_for_code, code_in, hosts_in
from proofboard.core.rules.licences import is_licence
from proofboard.core.rules.sensitive import personal_data_in, secrets_in
from proofboard.core.rules.texts import Leaf, leaves_of, place_of_key, quoted
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.configuration import Configuration, TargetSubgroup

SHOWN_NAMES: Final = 8
SHOWN_LINES: Final = 5
SHORTEST_VALUE: Final = 12
"""No shorter value of a key is taken for a secret."""

VERSIONS: Final = frozenset({"vendor_version", "model.version"})
"""Where four numbers with dots are a version."""
DIGESTS: Final = frozenset({"parent", "reproducibility.docker_image", "reproducibility.commit_hash"})
"""Where long numbers are nobody's."""


def configuration_faults(configuration: Configuration, benchmark: Benchmark | None) -> list[str]:
    """Return every reason why a configuration is refused, each with the path of its field; none where it is accepted.

    Without a benchmark the facets and values of the selector are not checked, everything else is. No reason repeats a
    secret.
    """
    leaves = leaves_of(configuration)
    return [
        *_selector_faults(configuration.target_subgroup, benchmark),
        *_pack_faults(configuration),
        *_licence_faults(configuration.licence),
        *_parent_faults(configuration),
        *_number_faults(leaves),
        *_reference_faults(leaves),
        *_key_faults(configuration.settings, "settings"),
        *_secret_faults(configuration, leaves),
    ]


def configuration_notes(configuration: Configuration) -> list[str]:
    """Return what someone should look at before a configuration is published; none of it refuses the configuration."""
    leaves, notes = leaves_of(configuration), []
    for leaf in _holding([leaf for leaf in leaves if leaf.place not in DIGESTS], personal_data_in):
        for kind, lines in _by_kind(_lined(leaf.value, personal_data_in(leaf.value))):
            notes.append(f"{_placed(leaf, lines)}: looks like {kind}; publish it only if it is meant to be public")
    for leaf in _holding([leaf for leaf in leaves if leaf.reach != "reader"], hosts_in):
        for kind, lines in _by_kind(hosts_in(leaf.value)):
            notes.append(f"{_placed(leaf, lines)}: looks like the name of {kind}; see that nothing can be sent there")
    if configuration.parent and configuration.parent.endswith(f"@{configuration.digest()}"):
        notes.append("parent: has the same recipe; nothing that decides answers was changed yet")
    return notes


def _selector_faults(target: TargetSubgroup | None, benchmark: Benchmark | None) -> Iterator[str]:
    if target is None:
        return
    place = "target_subgroup.selector"
    if not target.selector:
        yield f"{place}: is empty; name at least one facet and its values"
    for number, (facet, values) in enumerate(target.selector.items(), start=1):
        own = place_of_key(place, facet, number)
        if not values:
            yield f"{own}: names no value; name at least one"
        yield from (f"{own}: {quoted(value)} stands twice; keep one" for value in _repeated(values))
        if benchmark is None:
            continue
        if facet not in benchmark.facets:
            known = sorted(benchmark.facets)
            yield f"{place}: {quoted(facet)} is not a facet of the benchmark; it has {_listed(known)}"
            continue
        known = benchmark.facets[facet].values
        unknown = [value for value in dict.fromkeys(values) if value not in known]
        yield from (f"{own}: {quoted(value)} is not a value of it; it has {_listed(known)}" for value in unknown)


def _pack_faults(configuration: Configuration) -> Iterator[str]:
    packs, weights = configuration.packs, configuration.ensemble_weights
    yield from (f"packs: {quoted(pack)} stands twice; keep one" for pack in _repeated(packs))
    if weights and len(weights) != len(packs):
        yield f"ensemble_weights: has {len(weights)} for {len(packs)} packs; give one weight for each pack"
    if weights and not any(weight > 0 for weight in weights):
        yield "ensemble_weights: has no positive weight; give at least one"
    if any(weight < 0 for weight in weights):
        yield "ensemble_weights: has a negative weight; give 0 or more"


def _licence_faults(licence: str | None) -> Iterator[str]:
    if licence is not None and not is_licence(licence):
        yield (
            f"licence: {quoted(licence)} is not an SPDX expression; write for example CC-BY-4.0 or "
            "MIT OR Apache-2.0, and LicenseRef-Name for a licence that SPDX does not list"
        )


def _parent_faults(configuration: Configuration) -> Iterator[str]:
    name, _, digest = (configuration.parent or "").rpartition("@")
    if configuration.parent in {configuration.name, configuration.digest()} or (
        name == configuration.name and digest == configuration.digest()
    ):
        yield (
            "parent: is this configuration itself; name the one that it was adapted from as vendor/config_name, "
            "or leave it out"
        )


def _number_faults(leaves: Iterable[Leaf]) -> Iterator[str]:
    for leaf in leaves:
        if isinstance(leaf.value, float) and not math.isfinite(leaf.value):
            yield f"{leaf.place}: {leaf.value} is no finite number"


def _reference_faults(leaves: Sequence[Leaf]) -> Iterator[str]:
    """Refuse addresses in all that reaches a machine, and names of code where no model but software reads them."""
    for leaf in _holding([leaf for leaf in leaves if leaf.reach != "reader"], addresses_in):
        for kind, lines in _by_kind(addresses_in(leaf.value, prose=leaf.reach == "model")):
            if kind != "an IP address" or leaf.place not in VERSIONS:
                yield f"{_placed(leaf, lines)}: holds {kind}; a configuration names no address, say it without one"
    for leaf in _holding([leaf for leaf in leaves if leaf.reach == "machine"], code_in):
        for kind, lines in _by_kind(code_in(leaf.value)):
            yield f"{_placed(leaf, lines)}: names {kind}; a configuration is data, name no code"


def _key_faults(value: Any, place: str) -> Iterator[str]:  # noqa: ANN401 - any plain value
    """Refuse keys that ask for an address or for code; a switch (true, false) or a number names neither."""
    if isinstance(value, dict):
        for number, (key, part) in enumerate(value.items(), start=1):
            own = place_of_key(place, str(key), number)
            asked = asks_for_code(str(key))
            if asked and isinstance(part, (str, list, dict)):
                yield f"{own}: its key asks for {asked}; a configuration names no address and no code, leave it out"
            yield from _key_faults(part, own)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _key_faults(part, f"{place}[{index}]")


def _secret_faults(configuration: Configuration, leaves: Sequence[Leaf]) -> Iterator[str]:
    for leaf in _holding(leaves, secrets_in):
        for kind, lines in _by_kind(_lined(leaf.value, secrets_in(leaf.value))):
            yield f"{_placed(leaf, lines)}: looks like {kind}; remove it and revoke it"
    yield from _kept_under_its_name(configuration.settings, "settings")


def _kept_under_its_name(value: Any, place: str, key: str = "") -> Iterator[str]:  # noqa: ANN401 - any plain value
    """Find secrets that only the key above them gives away: `api_key: 9f86…`."""
    match value:
        case dict():
            for number, (own, part) in enumerate(value.items(), start=1):
                yield from _kept_under_its_name(part, place_of_key(place, str(own), number), str(own))
        case list():
            for index, part in enumerate(value):
                yield from _kept_under_its_name(part, f"{place}[{index}]", key)
        case str() if len(value) >= SHORTEST_VALUE and not secrets_in(value):
            if found := secrets_in(f"{key}: {value}"):
                yield f"{place}: looks like {found[0][0]}; remove it and revoke it"


def _holding(leaves: Iterable[Leaf], find: Callable[[str], list[tuple[str, int]]]) -> list[Leaf]:
    """Return the texts among the leaves, or none where a look at all of them together finds nothing in any.

    No find spans lines, so nothing is hidden by putting them one below the other.
    """
    texts = [leaf for leaf in leaves if isinstance(leaf.value, str)]
    return texts if find("\n".join(leaf.value for leaf in texts)) else []


def _lined(text: str, found: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Turn places in a text into its lines, from 1."""
    return [(kind, text.count("\n", 0, start) + 1) for kind, start in found]


def _by_kind(found: Iterable[tuple[str, int]]) -> list[tuple[str, list[int]]]:
    """Gather the lines of each kind, so that a text that is full of one gives one message."""
    lines: dict[str, list[int]] = {}
    for kind, line in found:
        lines.setdefault(kind, []).append(line)
    return [(kind, sorted(set(own))) for kind, own in lines.items()]


def _placed(leaf: Leaf, lines: Sequence[int]) -> str:
    """Name the field, and the lines where it has several."""
    if "\n" not in leaf.value.rstrip("\n"):
        return leaf.holder
    own = list(dict.fromkeys(lines))
    shown = ", ".join(map(str, own[:SHOWN_LINES])) + (", …" if len(own) > SHOWN_LINES else "")
    return f"{leaf.holder}, line{'s' if len(own) > 1 else ''} {shown}"


def _repeated(values: Sequence[str]) -> list[str]:
    counts: Mapping[str, int] = Counter(values)
    return [value for value, count in counts.items() if count > 1]


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
    return ", ".join(names[:SHOWN_NAMES]) + more if names else "none"
