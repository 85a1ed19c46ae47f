"""Fixtures that several test folders share."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from ldl_lib.publish.browser import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one Chromium for all tests; a missing browser is an error, not a skip."""
    with chromium() as started:
        yield started
