"""From a submitter's files to an entry: pack, check again, take in, keep what was there before."""
