"""Who is logged in, and what they may do: Airflow's own answers, asked at every request."""

from typing import Annotated
from urllib.parse import urlsplit

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import GetUserDep
from airflow.configuration import conf
from fastapi import Depends, HTTPException, Request, status

from drawing_etl.airflow_home import DAG_ID


def viewer(user: GetUserDep) -> BaseUser:
    """Return the user, who may see the ingest DAG; 401 for nobody, 403 for others."""
    if not get_auth_manager().is_authorized_dag(method="GET", details=DagDetails(id=DAG_ID), user=user):
        raise HTTPException(status.HTTP_403_FORBIDDEN, "You may not see the drawings: ask for access to the DAG.")
    return user


Viewer = Annotated[BaseUser, Depends(viewer)]


def may_decide(user: BaseUser) -> bool:
    """Say whether the user may decide about drawings: whoever may answer a task that waits for a person."""
    return get_auth_manager().is_authorized_dag(
        method="PUT", access_entity=DagAccessEntity.HITL_DETAIL, details=DagDetails(id=DAG_ID), user=user
    )


def reviewer(user: Viewer) -> BaseUser:
    """Return the user, who may decide about drawings; 403 for others."""
    if not may_decide(user):
        raise HTTPException(status.HTTP_403_FORBIDDEN, "You may look at drawings, but not decide about them.")
    return user


def same_site(request: Request) -> None:
    """Refuse a request that another site's page made with this user's cookie.

    Browsers say where a request comes from, in Sec-Fetch-Site or, over plain HTTP, in Origin; what says neither is
    refused too.
    """
    told = request.headers.get("sec-fetch-site")
    if told is not None:
        if told == "same-origin":
            return
    elif (origin := request.headers.get("origin")) is not None:
        ours = {request.headers.get("host", ""), urlsplit(conf.get("api", "base_url", fallback="")).netloc}
        if urlsplit(origin).netloc in ours - {""}:
            return
    raise HTTPException(status.HTTP_403_FORBIDDEN, "This was not sent from the page itself: open the review again.")


Reviewer = Annotated[BaseUser, Depends(reviewer)]


def login_address(request: Request) -> str:
    """Return where to log in, and come back from to what was asked for."""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return get_auth_manager().get_url_login(next_url=path)
