"""What a reader asks of a publication or a table: show, export, compare, weigh, rank, diff."""
