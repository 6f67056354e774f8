"""mcdesk: an intake console that texts back missed callers and follows them up.
Holds the version and nothing else; importing it must cost nothing."""

__version__ = "0.1.0"
