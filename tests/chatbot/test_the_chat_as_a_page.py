"""A tenant's chat has an address of its own."""

import pytest

from tests.factories import make_tenant

pytestmark = pytest.mark.django_db


def test_it_carries_the_tag_and_lets_nothing_else_run(client):
    tenant = make_tenant("Acme <b>", allowed_origins=["https://shop.example"])
    answer = client.get(f"/c/{tenant.public_key}/")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert f'data-key="{tenant.public_key}" data-container="#chat"' in text
    assert "<title>Acme &lt;b&gt;</title>" in text
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "Set-Cookie" not in answer


def test_only_the_tenants_own_sites_may_frame_it(client):
    tenant = make_tenant(allowed_origins=["https://shop.example", "https://b.example"])
    answer = client.get(f"/c/{tenant.public_key}/")
    ancestors = answer["Content-Security-Policy"].split("frame-ancestors ")[1]
    assert ancestors == "'self' https://shop.example https://b.example"
    assert "X-Frame-Options" not in answer


def test_a_key_that_nobody_has_opens_nothing(client):
    assert client.get("/c/pk_nobody/").status_code == 404


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("es-MX,es;q=0.9,en;q=0.8", "es"), ("sv, ar;q=0.5", "ar"), ("", "en"), ("sv", "en")],
)
def test_it_speaks_the_language_of_the_browser(client, accepted, language):
    tenant = make_tenant()
    answer = client.get(f"/c/{tenant.public_key}/", headers={"accept-language": accepted})
    assert f'<html lang="{language}">' in answer.content.decode()
