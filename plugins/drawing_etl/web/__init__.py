"""Pages inside Airflow's interface: look drawings up, decide about those in quarantine, see how accurate reading is.

Every Airflow process loads the plugin, only the API server needs the pages: they are made on the first request.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from functools import cached_property
from typing import Any

PREFIX = "/drawing-etl"
"""Where the API server mounts the pages."""

Message = MutableMapping[str, Any]


class Pages:
    """An ASGI application that becomes the real one when it is first asked."""

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        await self._app(scope, receive, send)

    @cached_property
    def _app(self) -> Any:
        from drawing_etl.settings import Settings
        from drawing_etl.web.app import make_app

        return make_app(Settings.from_env())
