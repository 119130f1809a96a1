from __future__ import annotations

import re

import pytest

from fdd_server.accounts.routes import _PAGE


@pytest.mark.parametrize("page", ["/", "/runs", "/runs/run-06h0x"])
def test_a_page_link_may_lead_to_a_page_of_ours(page):
    assert re.match(_PAGE, page)


@pytest.mark.parametrize(
    "page",
    ["", "//evil.example", "https://evil.example", "/\\evil.example", "/x?y=1", "/@evil", "/%2f"],
)
def test_a_page_link_leads_nowhere_else(page):
    assert not re.match(_PAGE, page)
