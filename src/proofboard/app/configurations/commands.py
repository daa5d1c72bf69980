"""Start, show, compare and adopt configurations."""

import re
from pathlib import Path
from typing import Final

from proofboard.app.configurations.sources import FoundConfiguration, find_configuration, read_benchmark_of
from proofboard.app.configurations.text import ConfigurationComparison, compared
from proofboard.app.configurations.yaml_text import as_yaml, template
from proofboard.app.fetch import is_address
from proofboard.core.rules.configuration import configuration_faults, configuration_notes
from proofboard.errors import Fault, InputError, OutputError, fault
from proofboard.schemas.base import PATH_ID_PATTERN
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.configuration import DECIDING_FIELDS, Configuration

KEPT_BESIDE_THE_RECIPE: Final = ("licence", "target_subgroup")
"""What a child has of its parent beside the recipe: what it may be used for, and whom it is made for."""

UNCHECKED: Final = "its target was not held against the facets and values of a benchmark; give --benchmark"


def new_configuration(name: str, out: Path) -> None:
    """Write the start of a configuration into a new file, with every field that it may have."""
    vendor, config_name = _parts_of(name, None)
    _write_new(out, template(Configuration(vendor=vendor, config_name=config_name)))


def show_configuration(source: str, entry: str | None, benchmark: str | None) -> tuple[Configuration, list[str]]:
    """Return a configuration and its notes; raises InputError with every fault that refuses it.

    Its selector is checked against the benchmark that is named, or else against that of the publication it stands in.
    """
    named = read_benchmark_of(benchmark) if benchmark else None
    found = find_configuration(source, entry, named)
    named = named or found.benchmark
    _check(found.configuration, found.source, named)
    unchecked = [UNCHECKED] if named is None and found.configuration.target_subgroup else []
    replaced = [f"an earlier revision; its entry has {found.newest} now"] if found.newest else []
    return found.configuration, [*replaced, *unchecked, *configuration_notes(found.configuration)]


def compare_configurations(before: str, after: str, site: str | None) -> ConfigurationComparison:
    """Compare two configurations; each is a file where one of that name is there, and else an entry of the site."""
    one, other = (_file_or_entry(named, site).configuration for named in (before, after))
    return compared(one, other)


def adopt_configuration(source: str, entry: str | None, name: str, contributor: str, out: Path) -> Configuration:
    """Write the child of a configuration into a new file: its recipe, under another name, by another person.

    What the parent says of itself (title, description, hardware, how to run it again) stays with the parent.
    """
    found = find_configuration(source, entry)
    parent = found.configuration
    vendor, config_name = _parts_of(name, parent.vendor)
    if (vendor, config_name) == (parent.vendor, parent.config_name):
        raise fault(name, f"is the name of the parent, {parent.name}; choose another one for yours")
    child = Configuration(
        **{field: getattr(parent, field) for field in (*DECIDING_FIELDS, *KEPT_BESIDE_THE_RECIPE) if field != "vendor"},
        vendor=vendor,
        config_name=config_name,
        contributor=contributor,
        parent=f"{parent.name}@{parent.digest()}",
    )
    _check(child, found.source, found.benchmark)
    _write_new(out, as_yaml(child))
    return child


def _file_or_entry(named: str, site: str | None) -> FoundConfiguration:
    if Path(named).is_file() or (site is None and (Path(named).exists() or is_address(named))):
        return find_configuration(named, None)
    if site is None:
        raise fault(named, "is not a file; if it is an entry of a publication, name the publication in --site")
    return find_configuration(site, named)


def _check(configuration: Configuration, file: str, benchmark: Benchmark | None) -> None:
    if faults := configuration_faults(configuration, benchmark):
        raise InputError(Fault(file, 0, reason) for reason in faults)


def _parts_of(name: str, vendor: str | None) -> tuple[str, str]:
    """Part a name at its slash; without one it is the vendor's that is given."""
    parts = name.split("/") if "/" in name or vendor is None else [vendor, name]
    if len(parts) != 2 or not all(re.match(PATH_ID_PATTERN, part) for part in parts):  # noqa: PLR2004 - two names
        raise fault(
            name,
            "is no name of a configuration; give vendor/config_name, each of lower-case letters, digits, dot, "
            "underscore and hyphen, at most 64",
        )
    return parts[0], parts[1]


def _write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            try:
                stream.write(text)
            except BaseException:
                path.unlink()
                raise
    except FileExistsError as error:
        raise OutputError(f"{path}: is there already and is not overwritten; choose another file") from error
