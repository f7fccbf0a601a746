"""One deployment for all scenarios: each has its own people, feeds and addresses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ops.local import deploy
from ops.local.embedded import Embedded
from tests.stack.deployed import Deployed
from tests.stack.site import Site


@pytest.fixture(scope="session")
def stack(embedded_aws: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """The very template.yaml, built and deployed by SAM, IAM enforced."""
    outputs = deploy.deploy(embedded_aws.endpoint)
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
