import pytest

API = ["/console/v1/me", "/console/v1/status", "/console/v1/journal", "/console/v1/policy"]


@pytest.mark.parametrize("path", API)
def test_nothing_is_answered_without_a_session(site, open_console, path):
    answer = open_console(site, signed_in=False).get(path)
    assert (answer.status_code, answer.json()["code"]) == (401, "FDD-3701")
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_link_signs_in_once_and_the_cookie_is_for_this_site_only(site, open_console):
    browser = open_console(site, signed_in=False)
    link = f"/enter?ticket={browser.app_state['ticket']}"
    answer = browser.get(link, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert browser.get("/console/v1/me").status_code == 200
    browser.cookies.clear()
    assert browser.get(link, follow_redirects=False).status_code == 403


def test_opening_the_link_again_in_the_same_browser_leads_to_the_pages(site, open_console):
    browser = open_console(site)
    assert browser.get("/enter?ticket=x", follow_redirects=False).headers["location"] == "/"


@pytest.mark.parametrize("host", ["evil.example:8090", "127.0.0.1:9999", "localhost", ""])
@pytest.mark.parametrize("path", ["/", "/enter?ticket=x", "/console/v1/me"])
def test_another_host_name_is_refused(site, open_console, host, path):
    answer = open_console(site).get(path, headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (403, "FDD-3702")


def test_localhost_is_the_same_machine(site, open_console):
    answer = open_console(site, signed_in=False).get("/", headers={"Host": "localhost:8090"})
    assert answer.status_code == 200


def test_a_change_without_the_header_is_refused(site, open_console):
    browser = open_console(site)
    del browser.headers["X-FDD-CSRF"]
    answer = browser.post("/console/v1/actions/pause")
    assert (answer.status_code, answer.json()["code"]) == (403, "FDD-3702")


@pytest.mark.parametrize("origin", ["http://evil.example", "https://127.0.0.1:8090", "null"])
def test_a_change_from_another_origin_is_refused(site, open_console, origin):
    answer = open_console(site).post("/console/v1/actions/pause", headers={"Origin": origin})
    assert answer.status_code == 403


def test_a_change_from_the_consoles_own_page_is_let_through(site, open_console):
    answer = open_console(site).post(
        "/console/v1/actions/pause", headers={"Origin": "http://127.0.0.1:8090"}
    )
    assert answer.status_code == 204


def test_more_bytes_than_the_console_takes_are_refused_before_they_are_read(site, open_console):
    answer = open_console(site).post(
        "/console/v1/datasets/preview",
        content=b"x",
        headers={"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(1 << 40)},
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "FDD-3704")


def test_a_body_of_unknown_length_is_refused(site, open_console):
    answer = open_console(site).put("/console/v1/policy", content=iter([b"{}"]))
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/", "/journal", "/assets/site-abc.js", "/console/v1/me"])
def test_every_answer_keeps_the_page_to_itself(site, open_console, path):
    headers = open_console(site).get(path).headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_answers_of_the_console_stay_out_of_caches(site, open_console):
    assert open_console(site).get("/console/v1/me").headers["cache-control"] == "no-store"


def test_every_address_of_the_pages_gets_the_page(site, open_console):
    browser = open_console(site)
    assert "console" in browser.get("/approvals").text
    assert browser.get("/assets/site-abc.js").headers["cache-control"].endswith("immutable")


@pytest.mark.parametrize(
    "path", ["/console/v1/nothing", "/missing.js", "/..%2f..%2fsite.key", "/assets/%00.js"]
)
def test_what_is_not_there_is_a_problem(site, open_console, path):
    answer = open_console(site).get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "FDD-3703")


def test_pages_that_were_not_built_say_how_to_build_them(site, open_console):
    text = open_console(site, built=False).get("/").text
    assert "make ui" in text
    assert "빌드" in text
