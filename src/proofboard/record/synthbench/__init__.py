"""The importer of SynthBench results."""
