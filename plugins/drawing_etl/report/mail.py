"""Sends a report to the people that an Airflow connection names. Without the connection, nothing is sent."""

import logging
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from drawing_etl.report.accuracy_report import Written
from drawing_etl.report.wording import count, percent
from drawing_etl.stage_process import Refused

log = logging.getLogger(__name__)

CONNECTION = "drawing_etl_mail"
"""An Airflow connection of type SMTP. Its extra names `from_email` and, with commas between them, `to`."""


class MailRefused(Refused):
    """The connection does not say to whom mail goes."""


def receivers(extra: Mapping[str, Any]) -> list[str]:
    """Return whom the extra of a connection names in `to`, a list or words with commas. Raises MailRefused."""
    told = extra.get("to", "")
    named = told if isinstance(told, list) else str(told).split(",")
    found = [str(each).strip() for each in named if str(each).strip()]
    if wrong := [each for each in found if "@" not in each or any(sign in each for sign in "\r\n")]:
        raise MailRefused(f"connection {CONNECTION}: {wrong[0]!r} in the extra `to` is no address")
    if not found:
        raise MailRefused(f'connection {CONNECTION}: its extra names no receiver: add "to": "someone@example.com"')
    return found


def send(written: Written) -> list[str]:
    """Mail the report with its PDF and workbook; return the receivers, none where mail is not set up.

    Raises MailRefused for a connection without a receiver, and what the SMTP server answers.
    """
    from airflow.providers.smtp.hooks.smtp import SmtpHook
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        connection = BaseHook.get_connection(CONNECTION)
    except AirflowNotFoundException:
        log.info("not mailed: there is no connection %s (docs/operations.md says how to make one)", CONNECTION)
        return []
    to = receivers(connection.extra_dejson)
    with SmtpHook(smtp_conn_id=CONNECTION) as smtp:
        smtp.send_email_smtp(
            to=to,
            subject=f"Engineering drawings read, {written.headline.name}",
            html_content=str(message(written)),
            files=[str(written.pdf), str(written.workbook)],
            mime_charset="utf-8",
        )
    return to


def message(written: Written) -> Markup:
    """Return the letter as HTML."""
    told = written.headline
    lines = [f"{count(told.drawings, 'drawing')}, {percent(told.straight_through)} went straight into the database."]
    if told.exact is not None:
        lines.append(f"{percent(told.exact)} of the checked texts were read exactly.")
    lines.append(
        f"{count(told.quarantined, 'drawing')} in the queue for a person, {told.rejected:,} could not be read."
    )
    lines.append("The report and its figures are attached.")
    return Markup("").join(Markup("<p>{}</p>").format(line) for line in lines)
