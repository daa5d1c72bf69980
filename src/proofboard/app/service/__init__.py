"""A running service as its verbs see it: instance, states, jobs, and the way from benchmarks to publications."""
