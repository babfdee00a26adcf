"""The graph served over HTTP: the addresses of the site, live, SPARQL, and the saved questions as an API."""

__all__: list[str] = []
