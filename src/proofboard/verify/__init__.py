"""WHY YOU NEED NOT TRUST US: offline; calls the same `assemble` on public inputs and compares bytes."""
