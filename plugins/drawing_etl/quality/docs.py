"""Great Expectations' pages (Data Docs) without the network: its own views fetch styles and scripts from elsewhere."""

from pathlib import Path
from typing import Any

from great_expectations.render.view.view import DefaultJinjaIndexPageView, DefaultJinjaPageView
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader

VIEWS = Path(__file__).parent / "gx" / "views"


def _ours_first(theirs: BaseLoader | None) -> ChoiceLoader:
    return ChoiceLoader([FileSystemLoader(VIEWS), *([theirs] if theirs else [])])


class OfflinePageView(DefaultJinjaPageView):
    """A page of a suite or of a validation's results, with our frame around Great Expectations' own sections."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.env.loader = _ours_first(self.env.loader)


class OfflineIndexView(DefaultJinjaIndexPageView):
    """The list of suites and results."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.env.loader = _ours_first(self.env.loader)
