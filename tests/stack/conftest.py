"""One deployment for all scenarios: each has its own people, feeds and addresses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ops.local import deploy
from ops.local.embedded import Embedded
from tests.providers.bluesky import Bluesky
from tests.providers.brave import Brave
from tests.providers.rpps import Register, serving
from tests.providers.serper import Serper
from tests.providers.serving import Services, served
from tests.stack.deployed import Deployed
from tests.stack.site import Site
from tests.stack.web import Web


@pytest.fixture(scope="session")
def web() -> Web:
    return Web()


@pytest.fixture(scope="session")
def brave(web: Web) -> Brave:
    return web.brave


@pytest.fixture(scope="session")
def serper(web: Web) -> Serper:
    return web.serper


@pytest.fixture(scope="session")
def bluesky(web: Web) -> Bluesky:
    return web.bluesky


@pytest.fixture(scope="session")
def services(web: Web) -> Iterator[Services]:
    """The same, served."""
    with served(*web.services) as running:
        yield running


@pytest.fixture(scope="session")
def register() -> Iterator[Register]:
    """The register of practitioners, as the operator's command line asks it."""
    with serving(Register()) as running:
        yield running


@pytest.fixture(scope="session")
def stack(
    embedded_aws: Embedded, services: Services, register: Register, tmp_path_factory: pytest.TempPathFactory
) -> Deployed:
    """The very template.yaml, built and deployed by SAM, IAM enforced."""
    parameters = {
        "StandIns": ",".join((*services.stand_ins, register.stand_in)),
        "FetchAllowlist": ",".join((deploy.LOCAL_PARAMETERS["FetchAllowlist"], *services.invented)),
        "ProviderBudgets": "serper=0.002",
        "MailsPerHour": "20",  # a slow machine tells in several mails what others tell in one: none is to wait
    }
    outputs = deploy.deploy(embedded_aws.endpoint, parameters=parameters)
    made = Deployed(embedded_aws, outputs, tmp_path_factory.mktemp("people"))
    made.operator_queue()
    return made


@pytest.fixture(scope="session")
def _site() -> Iterator[Site]:
    made = Site()
    yield made
    made.stop()


@pytest.fixture
def site(_site: Site) -> Iterator[Site]:
    yield _site
    for feed in _site.feeds.values():
        if feed.hold is not None:
            feed.hold.set()
    _site.asked.clear()
