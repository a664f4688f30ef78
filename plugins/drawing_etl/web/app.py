"""The application: its routes, what every answer carries, and what a visitor sees when something is wrong."""

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, RedirectResponse
from starlette.exceptions import HTTPException as StarletteHTTPException

from drawing_etl.settings import Settings
from drawing_etl.warehouse import WarehouseError
from drawing_etl.web import accuracy, drawings, review
from drawing_etl.web.access import login_address, viewer
from drawing_etl.web.site import Site, site_of

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"
STATIC_FILES = {"pages.css": "text/css", "pages.js": "text/javascript", "icon.svg": "image/svg+xml"}

POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; form-action 'self'; frame-src 'self'; "
    "frame-ancestors 'self'; base-uri 'none'"
)
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none'"
"""The report stands alone: its styles and pictures are inside it."""

TITLES = {403: "Not allowed", 404: "Not found", 409: "Somebody was faster", 422: "Not understood"}


def make_app(settings: Settings) -> FastAPI:
    """Return the pages over the database and folders that the settings name. Opens nothing yet."""
    app = FastAPI(title="Drawings", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = Site.of(settings)
    behind_login = [Depends(viewer)]
    app.include_router(drawings.router, dependencies=behind_login)
    app.include_router(review.router, dependencies=behind_login)
    app.include_router(accuracy.router, dependencies=behind_login)
    app.add_api_route("/", _home, dependencies=behind_login)
    app.add_api_route("/static/{name}", _static, dependencies=behind_login)
    app.middleware("http")(_harden)
    app.exception_handler(StarletteHTTPException)(_refused)
    app.exception_handler(RequestValidationError)(_not_understood)
    app.exception_handler(WarehouseError)(_no_database)
    return app


def _home(request: Request) -> Response:
    return RedirectResponse(f"{request.scope.get('root_path', '')}/drawings")


def _static(name: str) -> Response:
    if name not in STATIC_FILES:
        raise HTTPException(404, "There is no such file.")
    return FileResponse(STATIC / name, media_type=STATIC_FILES[name])


async def _harden(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    answer = await call_next(request)
    report = request.url.path.endswith("/accuracy/report") and answer.status_code == 200
    answer.headers["Content-Security-Policy"] = REPORT_POLICY if report else POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers.setdefault("Cache-Control", "private, no-store")
    return answer


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, StarletteHTTPException)  # noqa: S101  # it is registered for these alone
    site = site_of(request)
    if error.status_code == 401:
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            return RedirectResponse(login_address(request), status_code=303)
        return Response("Not logged in", status_code=401, media_type="text/plain")
    return site.message(request, error.status_code, TITLES.get(error.status_code, "Refused"), str(error.detail))


def _not_understood(request: Request, error: Exception) -> Response:
    return site_of(request).message(request, 422, TITLES[422], "The address or the form holds a value that cannot be.")


def _no_database(request: Request, error: Exception) -> Response:
    log.error("%s %s: %s", request.method, request.url.path, error)
    return site_of(request).message(request, 503, "The database cannot be used", str(error))
