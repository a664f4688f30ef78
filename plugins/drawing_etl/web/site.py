"""What every page needs: the database, the folders, the templates."""

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from drawing_etl.report import wording
from drawing_etl.report.page import templates
from drawing_etl.settings import Settings
from drawing_etl.warehouse import Warehouse
from drawing_etl.warehouse.desk import Desk
from drawing_etl.warehouse.dossier import Dossier
from drawing_etl.web.meanings import meant
from ocr_tasks.contract import DOUBTFUL

TEMPLATES = Path(__file__).parent / "templates"
DOCUMENT_ID = re.compile(r"[0-9a-f]{16}-[0-9A-Za-z.+_-]{1,200}")
LONGEST = 600


class Recent:
    """The last few pages that took long to make, by what was asked and the state of the database."""

    def __init__(self, most: int = 8) -> None:
        self._most = most
        self._pages: OrderedDict[str, str] = OrderedDict()
        self._lock = Lock()

    def get(self, asked: str) -> str | None:
        with self._lock:
            return self._pages.get(asked)

    def put(self, asked: str, page: str) -> None:
        with self._lock:
            self._pages[asked] = page
            while len(self._pages) > self._most:
                self._pages.popitem(last=False)


@dataclass(frozen=True)
class Site:
    """The database, the folders and the templates of one installation."""

    settings: Settings
    desk: Desk
    warehouse: Warehouse
    templates: Environment
    reports: Recent = field(default_factory=Recent)

    @classmethod
    def of(cls, settings: Settings) -> "Site":
        """Return the site of these settings; opens nothing."""
        return cls(settings, Desk(settings.database_url), Warehouse(settings.database_url), _templates())

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """Return a page. Everything in VALUES is shown as text."""
        root = request.scope.get("root_path", "")
        html = self.templates.get_template(f"{template}.html.j2").render(root=root, template=template, **values)
        return HTMLResponse(html, status_code=status)

    def message(self, request: Request, status: int, title: str, text: str) -> HTMLResponse:
        """Return a page that says one thing."""
        return self.page(request, "message", status, title=title, text=text)

    def dossier(self, document_id: str) -> Dossier:
        """Return the drawing that an address names; 404 for a name that is none, or of nothing."""
        found = self.desk.dossier(document_id) if DOCUMENT_ID.fullmatch(document_id) else None
        if found is None:
            raise HTTPException(404, "There is no drawing at this address.")
        return found


def site_of(request: Request) -> Site:
    """Return the site that serves this request."""
    site: Site = request.app.state.site
    return site


SiteDep = Annotated[Site, Depends(site_of)]


def _templates() -> Environment:
    found = templates(TEMPLATES)
    found.filters |= {"shown": lambda text: wording.shown("" if text is None else text, LONGEST), "meant": meant}
    found.globals["doubtful"] = DOUBTFUL
    return found
