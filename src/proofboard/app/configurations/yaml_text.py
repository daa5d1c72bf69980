"""Configurations as YAML for people: read back they are the same, and a prompt looks as it was written."""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec
import yaml

from proofboard.schemas.configuration import Configuration

WIDTH: Final = 100
LARGEST_OF_FOUR_DIGITS: Final = 0xFFFF
_MISREAD: Final = re.compile(
    r"|~|null|true|false|[-+]?(?:\.inf|\.nan|0o[0-7]+|0x[0-9a-f]+|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:e[-+]?[0-9]+)?)",
    re.IGNORECASE,
)
"""What YAML 1.2 takes for something else than text; PyYAML itself knows what YAML 1.1 does (`no`, `12:30`, dates)."""
_VERSION: Final = re.compile(r"[@0-9][\w.@-]{0,63}")
_SPACES: Final = frozenset("\u00a0\u202f\u3000")
"""Spaces of some languages; they are seen, though Python does not call them printable."""


def as_yaml(configuration: Configuration) -> str:
    """Write a configuration as YAML that the strict reader reads back to the same configuration."""
    plain = msgspec.to_builtins(configuration)
    written: str = yaml.dump(
        plain, Dumper=_Written, sort_keys=False, allow_unicode=True, width=WIDTH, default_flow_style=None
    )
    # Texts with letters that no one sees stand in double quotes, where every letter may be written by its number.
    return "".join(letter if _is_seen(letter) else _escaped(letter) for letter in written)


class _Written(yaml.SafeDumper):
    """Writes texts of several lines as blocks, quotes what YAML 1.1 or 1.2 would misread, and writes no anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002 - the signature is PyYAML's
        return True

    def represent_plain_mapping(self, mapping: Mapping[str, Any]) -> yaml.Node:
        return self.represent_mapping("tag:yaml.org,2002:map", mapping, flow_style=False)

    def represent_text(self, text: str) -> yaml.Node:
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=_style_of(text))


_Written.add_representer(str, _Written.represent_text)
_Written.add_representer(dict, _Written.represent_plain_mapping)


def _is_seen(letter: str) -> bool:
    return letter.isprintable() or letter == "\n" or letter in _SPACES


def _escaped(letter: str) -> str:
    code = ord(letter)
    return f"\\u{code:04X}" if code <= LARGEST_OF_FOUR_DIGITS else f"\\U{code:08X}"


def _style_of(text: str) -> str | None:
    # Letters that no one sees, and other line ends than ours, survive as escapes only.
    if not all(map(_is_seen, text)):
        return '"'
    if "\n" in text:
        spaced = any(line.endswith(" ") for line in text.split("\n")) or text[0] in " \n"
        return '"' if spaced else "|"
    # What looks like a version is quoted even where it need not be: its next value may be 1.10.
    return '"' if _MISREAD.fullmatch(text) or _VERSION.fullmatch(text) else None


TEMPLATE: Final = """\
# A configuration: everything that decides an answer, as data. Lines that begin with `#` and no space are fields that
# you may use; remove the `#` and write your own values. docs/configs.md tells what each of them means.

vendor: {quoted_vendor}
config_name: {quoted_name}

# Who you are, and what readers see. None of this changes the recipe.
#contributor: "@you"
#title: What readers see instead of {vendor}/{config_name}
#description: What it is, and how it was made.
#licence: CC-BY-4.0
# Another kind than an entry of a contributor: default, baseline, chance, human or seed.
#kind: community
# What it was adapted from; `proofboard config adopt` writes this line.
#parent: {vendor}/default

# The niche that it is made for: facets and values of the benchmark.
#target_subgroup:
#  description: The niche in words
#  selector:
#    facet: [value]

# From here to `settings` everything decides answers: a change makes another recipe.
# Quote versions, so that 1.10 stays 1.10.
#vendor_version: "1.0.0"
#packs: [first-pack, second-pack]
# One weight for each pack.
#ensemble_weights: [0.7, 0.3]
# Name and prompt; no address may stand in it.
#extra_prompts:
#  system: |
#    You are asked questions.
#    Answer each of them in one line.
#decoding:
#  model: organisation/model-name
#  temperature: 0.6
#  top_p: 0.9
#  max_tokens: 1024
#  frequency_penalty: 0.0
#  presence_penalty: 0.0
#model:
#  name: organisation/model-name
#  version: "2026-01"
#  organization: Who made it
#  parameters: 8 billion
#  type: instruction-tuned
#  training_data_cutoff: "2025-06"
#tools_used: [calculator]
# The vendor's own switches, as data: no code, no address.
#settings:
#  retries: 2

# What it ran on and how to run it again; none of this changes the recipe.
#hardware:
#  gpu: 1 × A100
#  cpu: 16 cores
#  memory: 64 GB
#  provider: Whose machine it was
#reproducibility:
#  seed: 33
#  deterministic: true
#  docker_image: registry.example.org/image:1.0.0
#  commit_hash: 0a1b2c3d
#  score_tolerance: "0.01"
"""


def template(configuration: Configuration) -> str:
    """Write the start of a configuration: valid at once, and every other field is there to be uncommented."""
    vendor, name = configuration.vendor, configuration.config_name
    quoted = (f'"{text}"' if _style_of(text) else text for text in (vendor, name))
    return TEMPLATE.format(
        vendor=vendor, config_name=name, **dict(zip(("quoted_vendor", "quoted_name"), quoted, strict=True))
    )
