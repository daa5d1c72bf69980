"""WHERE RESPONSES COME FROM: bundles frozen from recorded answers, and importers of other tools' logs."""
