"""Puts the drawing pages into Airflow's own interface: Drawings, Review and Accuracy."""

from airflow.plugins_manager import AirflowPlugin

from drawing_etl.web import PREFIX, Pages


class DrawingPages(AirflowPlugin):
    """The pages, behind Airflow's login, and their entries in its navigation."""

    name = "drawing_etl"
    fastapi_apps = [{"app": Pages(), "url_prefix": PREFIX, "name": "Drawings"}]  # noqa: RUF012  # Airflow's form
    external_views = [  # noqa: RUF012
        {
            "name": name,
            "href": f"{PREFIX}/{path}",
            "destination": "nav",
            "category": "browse",
            "url_route": f"etl-{path}",
        }
        for name, path in (("Drawings", "drawings"), ("Review", "review"), ("Accuracy", "accuracy"))
    ]
