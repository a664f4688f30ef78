"""What CAD programs plot of a DXF and ezdxf would leave out or draw otherwise, put right before it is drawn."""

import re

from ezdxf.document import Drawing
from ezdxf.entities.mtext import MText
from ezdxf.entities.viewport import Viewport
from ezdxf.layouts.layout import Paperspace

VIEW_IS_OFF = 0x20000
"""Bit of a viewport's flags (DXF reference, VIEWPORT, group 90): the view is turned off."""
VIEW_LAYER = "shown-views"
"""No drawing has this layer, so nothing turns it off."""
ESCAPED_OR_HARD_SPACE = re.compile(r"(\\\\)|\\~")


def repair(document: Drawing) -> None:
    """Change DOCUMENT in memory so that ezdxf draws what is plotted."""
    for entity in document.entitydb.values():
        if isinstance(entity, MText):
            with_plain_spaces(entity)
    for layout in document.layouts:
        if isinstance(layout, Paperspace):
            show_views(layout)


def with_plain_spaces(text: MText) -> None:
    r"""Write hard spaces (`\~`), which ezdxf knows only beside other formatting, as plain ones."""
    if "\\~" in text.text:
        text.text = ESCAPED_OR_HARD_SPACE.sub(lambda found: found[1] or " ", text.text)


def show_views(layout: Paperspace) -> None:
    """Let the viewports of a sheet show the model wherever a plot does.

    A layer that is off, frozen or not plotted hides a viewport's frame alone. A status of 0 says that it is off only
    where the sheet was opened since: in the others every viewport has it. The first viewport is the sheet's own.
    """
    views: list[Viewport] = layout.viewports()
    unopened = all(view.dxf.get("status", 0) == 0 for view in views)
    for position, view in enumerate(views):
        view.dxf.layer = VIEW_LAYER
        status = view.dxf.get("status", 0)
        if view.dxf.get("flags", 0) & VIEW_IS_OFF:
            view.dxf.status = 0
        elif unopened or status < 0:
            view.dxf.status = 1 if position == 0 else 1 + position
