"""Grade with programs of the owner: what is due, the journal that survives an interruption, and the report."""
