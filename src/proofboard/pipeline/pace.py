"""How fast a worker turns: every lapse of time of the pipeline, in seconds."""

import msgspec


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """The lapses of one worker; tests make them short."""

    look: float = 0.25
    """Between two looks for waiting jobs, where nothing ends meanwhile."""
    beat: float = 3.0
    """Between two signs of life."""
    patience: float = 15.0
    """A worker that is silent for longer is dead."""
    reap: float = 5.0
    """Between two looks for jobs that nobody works on."""
    schedules: float = 60.0
    prune: float = 3600.0
    attempts: int = 8
    """How often a step is tried while the platform does not answer."""
    starts: int = 12
    """A job that was started so often without an end takes its worker with it each time: it fails."""
    pause: float = 0.5
    """After the first attempt; it doubles up to `longest_pause`."""
    longest_pause: float = 15.0
    put_off: float = 30.0
    """Before work that belongs to no submission starts anew; it doubles with every start."""
    stop: float = 20.0
    """How long a stop waits for running steps."""

    def pause_after(self, attempt: int) -> float:
        """Return the pause after an attempt (from 0)."""
        return min(self.pause * 2.0 ** min(attempt, 30), self.longest_pause)
