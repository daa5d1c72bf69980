"""Bad entries and bundles: one clear message with every fault, exit status 2, and the existing site untouched."""

import shutil
from pathlib import Path

import pytest

from bad_input.spoiling import (
    BEST,
    ITEMS,
    MANIFEST,
    RESPONSES,
    Bad,
    append,
    assert_refused,
    bad,
    built,
    frozen_again,
    on_manifest,
    on_responses,
    remove,
    replace,
    swap_for_file,
    swap_for_folder,
    swap_for_link,
    write,
)

ENTRIES = [
    bad("file for entries", swap_for_file("entries"), "entries: is not a folder"),
    bad(
        "file among vendors",
        write("entries/new.yaml", ""),
        "entries/new.yaml: is not a folder; entries lie in entries/<vendor>/<config_name>/",
    ),
    bad("file among configurations", write("entries/acme/new.yaml", ""), "entries/acme/new.yaml: is not a folder"),
    bad("file among bundles", write(f"{BEST}/notes.txt", ""), f"{BEST}/notes.txt: does not belong here"),
    bad(
        "link among vendors", lambda bench: (bench / "entries/evil").symlink_to("/etc"), "entries/evil: is not a folder"
    ),
    bad(
        "link among bundles",
        lambda bench: (bench / BEST / "repair").symlink_to("public"),
        f"{BEST}/repair: does not belong here",
    ),
    bad("no configuration", remove(f"{BEST}/configuration.yaml"), f"{BEST}/configuration.yaml: is not there"),
    bad("empty configuration", write(f"{BEST}/configuration.yaml", ""), "configuration.yaml: is empty"),
    bad(
        "configuration of another",
        replace(f"{BEST}/configuration.yaml", "config_name: best", "config_name: base"),
        "configures acme/base, expected acme/best by its folder",
    ),
    bad(
        "names that differ by case",
        lambda bench: shutil.copytree(bench / "entries/acme", bench / "entries/Acme"),
        "entries/Acme/best/configuration.yaml: configures acme/best, expected Acme/best",
    ),
    bad(
        "bundle with a free name",
        lambda bench: (bench / BEST / "public").rename(bench / BEST / "My run"),
        f"{BEST}/My run: is no name of a bundle",
    ),
    bad("unknown setting", append(f"{BEST}/configuration.yaml", "api_key: x\n"), "api_key: is not a known field"),
    bad(
        "two public bundles",
        lambda bench: shutil.copytree(bench / BEST / "public", bench / BEST / "again"),
        "entries/acme/best: has 2 public bundles, expected 1",
    ),
    bad(
        "faults of two entries",
        lambda bench: [
            append(f"entries/{name}/configuration.yaml", "x: 1\n")(bench) for name in ("acme/best", "bolt/base")
        ],
        "entries/acme/best/configuration.yaml: x:",
        "entries/bolt/base/configuration.yaml: x:",
    ),
    bad(
        "faults of items and entries",
        lambda bench: [append(ITEMS, "{}\n")(bench), append(f"{BEST}/configuration.yaml", "x: 1\n")(bench)],
        f"{ITEMS}:9: id: is required",
        "configuration.yaml: x:",
    ),
    bad("seeds that are no list", write("seeds.json", '{"seeds": {}}'), "seeds.json: seeds: expected a list"),
    bad(
        "seed twice",
        write("seeds.json", '{"seeds": [{"provider": "A", "model": "b"}, {"provider": "a", "model": "B"}]}'),
        "seeds.json: lists a:B twice, as a/b",
    ),
    bad(
        "seed outside",
        write("seeds.json", '{"seeds": [{"provider": "a", "model": "b", "public_bundle": "../x"}]}'),
        "seeds.json: names '../x'",
    ),
    bad("folder for seeds", lambda bench: (bench / "seeds.json").mkdir(), "seeds.json: is not a file"),
]

BUNDLES = [
    bad("empty manifest", write(MANIFEST, ""), f"{MANIFEST}: is empty"),
    bad("folder for the manifest's lines", swap_for_folder(RESPONSES), f"{RESPONSES}: is not a file"),
    bad("no lines", remove(RESPONSES), f"{RESPONSES}: is not there"),
    bad("link for lines", swap_for_link(RESPONSES), f"{RESPONSES}: is a symbolic link"),
    bad(
        "other lines", append(RESPONSES, b" "), f"{RESPONSES}: has the digest sha256:", "manifest.json expects sha256:"
    ),
    bad(
        "other count of lines",
        on_manifest(lambda own: own["files"]["responses.jsonl"].update(lines=9)),
        f"{RESPONSES}: has",
        "8 lines, expected",
        "9 lines",
    ),
    bad(
        "unnamed lines",
        write(f"{BEST}/public/verdicts.jsonl", ""),
        f"{BEST}/public/verdicts.jsonl: is not named by manifest.json",
    ),
    bad(
        "unknown file in the manifest",
        on_manifest(lambda own: own["files"].update({"x.py": own["files"]["responses.jsonl"]})),
        f"{BEST}/public/x.py: is not a file of a bundle",
    ),
    bad(
        "other prompts",
        on_manifest(lambda own: own.update(prompts_digest="sha256:" + "0" * 64)),
        f"{BEST}/public: was recorded against other prompts",
    ),
    bad(
        "another benchmark",
        on_manifest(lambda own: own.update(benchmark="large")),
        "recorded for the benchmark large, expected small",
    ),
    bad(
        "another configuration",
        append(f"{BEST}/configuration.yaml", "packs: [extra]\n"),
        "recorded for the configuration sha256:",
        "record it again",
    ),
    bad(
        "held-out bundle",
        on_manifest(lambda own: own.update(item_set="held_out")),
        f"{BEST}/public: is of the item set 'held_out'",
    ),
    bad(
        "unknown prompt",
        on_responses(lambda rows: rows[3].update(prompt_id="q99")),
        f"{RESPONSES}:4: 'q99' is not an item of this set",
    ),
    bad(
        "answered twice",
        on_responses(lambda rows: rows.append(rows[3])),
        f"{RESPONSES}:9: 'q3' (trial 0, stage answer) stands twice",
    ),
    bad(
        "trial beyond",
        on_responses(lambda rows: rows[3].update(trial=1)),
        f"{RESPONSES}:4: 'q3' has trial 1, the manifest declares 1 (from 0)",
    ),
    bad(
        "unknown state",
        on_responses(lambda rows: rows[3].update(state="lost")),
        f"{RESPONSES}:4: state: expected one of answered, missing, platform_failure, refused",
    ),
    bad(
        "20,000 bad lines",
        frozen_again(b'{"prompt_id": 1}\n' * 20_000),
        f"{RESPONSES}:1: prompt_id: expected text, found an integer",
        f"{RESPONSES}:50:",
        "and 19950 more faults of 20000",
    ),
    bad(
        "20,000 unknown prompts",
        frozen_again(b"".join(b'{"prompt_id":"x%d"}\n' % n for n in range(20_000))),
        f"{RESPONSES}:1: 'x0'",
        "and 19950 more faults of 20000",
    ),
    bad(
        "line of 2 MiB",
        frozen_again(b'{"output":"%s","prompt_id":"q0"}\n' % (b"x" * (2 << 20))),
        f"{RESPONSES}:1: the line has 2,097,",
    ),
    bad(
        "line of 9 MiB",
        frozen_again(b'{"output":"%s","prompt_id":"q0"}\n' % (b"x" * (9 << 20))),
        RESPONSES,
        "at most 1,048,576 are accepted",
    ),
]


@pytest.mark.parametrize("bad", [*ENTRIES, *BUNDLES], ids=str)
def test_a_bad_benchmark_is_refused_with_its_faults_and_leaves_the_site(bad: Bad, place: Path) -> None:
    bad.spoil(place / "bench")
    assert_refused(built(place), *bad.says)
