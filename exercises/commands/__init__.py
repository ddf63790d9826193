"""Every write to exercises: keyword-only, atomic, asked for by someone (`by=`) at an instant (`at=`)."""
