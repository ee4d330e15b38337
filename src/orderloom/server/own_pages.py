"""The server's own few pages: is it alive, is it ready, how is it doing, and what can its faces do."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from orderloom.dialects.contract import JSON, Origin, Reply
from orderloom.server import metrics
from orderloom.server.lifespan import Lifespan
from orderloom.server.reference.site import Site
from orderloom.server.settings import Settings
from orderloom.store.failures import is_away
from orderloom.store.schema import is_current

RETRY_AFTER: Final = ("Retry-After", "1")


class OwnPages:
    """/health, /ready, /docs and what belongs to it, and /metrics where it is asked for."""

    def __init__(self, lifespan: Lifespan, times: metrics.RequestTimes, site: Site, settings: Settings) -> None:
        self._lifespan = lifespan
        self._times = times
        self._site = site
        self._pages: dict[str, Callable[[], Awaitable[Reply]]] = {"health": self._health, "ready": self._ready}
        if settings.metrics_public:
            self._pages["metrics"] = self._metrics

    async def answer(self, parts: list[str], method: str, headers: Mapping[bytes, bytes], came: Origin) -> Reply:
        """The page at this path, 404 if there is none."""
        page = self._pages.get(parts[0]) if len(parts) == 1 else None
        if page is None and parts not in self._site:
            return plain(404)
        if method not in ("GET", "HEAD"):
            return plain(405, (("Allow", "GET, HEAD"),))
        return await page() if page else self._site.answer(parts, came.base_url, headers.get(b"if-none-match"))

    async def _health(self) -> Reply:
        return Reply(200, b'{"status":"ok"}', JSON)

    async def _ready(self) -> Reply:
        try:
            current = await is_current(self._lifespan.desk.pool)
        except Exception as error:
            if not is_away(error):
                raise
            return Reply(503, b'{"status":"the database is away"}', JSON, (RETRY_AFTER,))
        if not current:
            return Reply(503, b'{"status":"the schema is not current"}', JSON)
        return Reply(200, b'{"status":"ready"}', JSON)

    async def _metrics(self) -> Reply:
        self._times.flush()
        return Reply(200, metrics.page(), metrics.CONTENT_TYPE)


def plain(status: int, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    """An answer outside of every face."""
    return Reply(status, b"{}", JSON, headers)
