"""What several test folders share: a browser, and which worker takes which tests."""

import os
from collections.abc import Iterator
from pathlib import Path

if "PYTEST_XDIST_WORKER" in os.environ:
    # Workers share the cores: threads of NumPy and the frameworks would only queue.
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from playwright.sync_api import Browser

from ldl_lib.publish.browser import chromium

TESTS = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests on one worker that share what is slow to make.

    Those are the tests of a file; of the built site, those of a file on one page.
    """
    for item in items:
        together = str(item.path.relative_to(TESTS))
        if "site" in item.path.relative_to(TESTS).parts:
            call = getattr(item, "callspec", None)
            given = call.params if call else {}
            together += f" {given.get('page') or given.get('name') or item.name}"
        item.add_marker(pytest.mark.xdist_group(together))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one Chromium for all tests; a missing browser is an error, not a skip."""
    with chromium() as started:
        yield started
