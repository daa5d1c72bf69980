"""The HTTP API: parse, call one verb of `app`, answer."""
