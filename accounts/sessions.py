"""A session whose row says when it ends. How long that is, and for whom, `clients/sessions.py` says."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as StoredSession

BEGAN = "began"


class SessionStore(StoredSession):
    """Django's, with an end that is set by name only: saving something else in the session never extends it."""

    ends_at: datetime | None = None

    def _get_session_from_db(self) -> Any:
        row = super()._get_session_from_db()  # type: ignore[misc]
        self.ends_at = row.expire_date if row else None
        return row

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        end: datetime = self.ends_at or super().get_expiry_date(**kwargs)
        return end

    def flush(self) -> None:
        super().flush()
        self.ends_at = None
