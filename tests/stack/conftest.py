"""One deployment for all scenarios: each has its own people, feeds and addresses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ops.local import deploy
from ops.local.embedded import Embedded
from tests.providers.bluesky import Bluesky
from tests.providers.brave import Brave
from tests.providers.serper import Serper
from tests.providers.serving import Services
from tests.stack.deployed import Deployed
from tests.stack.site import Site


@pytest.fixture(scope="session")
def brave() -> Brave:
    return Brave(known=[])


@pytest.fixture(scope="session")
def serper() -> Serper:
    return Serper(known=[])


@pytest.fixture(scope="session")
def bluesky() -> Bluesky:
    return Bluesky(clock=lambda: datetime.now(UTC))


@pytest.fixture(scope="session")
def services(brave: Brave, serper: Serper, bluesky: Bluesky) -> Iterator[Services]:
    """What stands in for the services that the deployment may ask."""
    made = Services([brave, serper, bluesky])
    yield made
    made.stop()


@pytest.fixture(scope="session")
def stack(embedded_aws: Embedded, services: Services, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """The very template.yaml, built and deployed by SAM, IAM enforced."""
    parameters = {"StandIns": ",".join(services.stand_ins), "ProviderBudgets": "serper=0.002"}
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
