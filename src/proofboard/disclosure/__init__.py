"""WHAT MAY LEAVE: the release gate, sole maker of `ReleasedScore`, the only held-out type that `publish` accepts."""
