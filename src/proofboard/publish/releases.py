"""Held-out values as they were released: read back from a publication, never made anew."""

from proofboard.core.slices import declared_names
from proofboard.disclosure.release import read_back
from proofboard.disclosure.verdicts import read_back as verdicts_read_back
from proofboard.publish.inputs import HeldOut
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.publication import ReleasesDocument


def held_out_of(document: ReleasesDocument, benchmark: Benchmark) -> HeldOut:
    """Take what was released as it stands; raises DisclosureError where the gate would not have let it out."""
    policies, declared = benchmark.policies, declared_names(benchmark)
    return HeldOut(
        scored=document.held_out_scored,
        n_prompts=document.n_prompts,
        demonstration=document.demonstration,
        released={f"{own.vendor}/{own.config_name}": read_back(own, policies) for own in document.releases},
        pending=document.pending,
        verdicts={name: verdicts_read_back(name, own, declared) for name, own in document.verdicts.items()},
    )
