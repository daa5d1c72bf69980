"""Who an entry is, as its row and its own document both say."""

from typing import Any

import msgspec

from proofboard.core.entry import GradedEntry
from proofboard.publish.inputs import PublicationInputs
from proofboard.schemas.board import Identity


def identity_of(inputs: PublicationInputs, entry: GradedEntry) -> dict[str, Any]:
    """Return the fields of an entry's identity by name."""
    own = entry.configuration
    return msgspec.structs.asdict(
        Identity(
            vendor=own.vendor,
            config_name=own.config_name,
            title=own.title,
            provider=own.vendor,
            model=own.model_name(),
            organization=_organization_of(inputs, entry),
            kind=entry.kind,
            contributor=own.contributor,
            date=entry.public.manifest.recorded,
            configuration=own.digest(),
            protocol_version=entry.public.manifest.protocol_version,
        )
    )


def _organization_of(inputs: PublicationInputs, entry: GradedEntry) -> str | None:
    """Return who makes the model, as the configuration says, else who the vendor belongs to."""
    model = entry.configuration.model
    profile = inputs.benchmark.vendors.get(entry.configuration.vendor)
    return (model.organization if model else None) or (profile.organization if profile else None)
