"""The importers of any table of entry, item, score and facets: `csv`, `jsonl`, `parquet`."""
