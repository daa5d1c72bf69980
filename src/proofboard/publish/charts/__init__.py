"""Charts of published numbers: Vega-Lite specifications, and the rows that they are filled with."""
