"""People come in, stay in, and are kept out, over HTTP."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from backend.app import create_app
from backend.core.database import session_scope, utc_now
from backend.core.security import SESSION_COOKIE
from backend.projects.service import ensure_first_project
from backend.runtime import Runtime
from backend.settings import Settings
from backend.users import passwords
from backend.users import service as users
from backend.users.models import ApiToken, FailedSignIn, Invitation, OneTimeLink, Role, User, UserSession
from backend.users.passwords import hash_password
from tests.backend.worlds import add_person

PASSWORD = "correct horse"
ORIGIN = {"Origin": "http://localhost"}


@pytest.fixture(scope="module")
def password_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def anna(runtime: Runtime, password_hash: str) -> UUID:
    with session_scope(runtime.sessions) as session:
        return users.add_user(
            session,
            "Anna",
            Role.ANNOTATOR,
            ensure_first_project(session).id,
            password_hash=password_hash,
        ).id


@pytest.fixture
def browser(runtime: Runtime) -> Iterator[TestClient]:
    """One that nobody has signed in yet."""
    with another_browser(runtime) as browser:
        yield browser


def another_browser(runtime: Runtime, address: str = "192.0.2.7") -> TestClient:
    app = create_app(runtime)
    return TestClient(app, base_url="http://localhost", headers=ORIGIN, client=(address, 50000))


def sign_in(browser: TestClient, name: str = "Anna", password: str = PASSWORD) -> httpx.Response:
    return browser.post("/api/session", json={"name": name, "password": password})


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def is_signed_in(browser: TestClient) -> bool:
    return browser.get("/api/session").status_code == 200


def age(runtime: Runtime, table: Any, **columns: timedelta) -> None:
    """As if the times in these columns of all rows lay further back."""
    with session_scope(runtime.sessions) as session:
        for row in session.scalars(select(table)):
            for column, by in columns.items():
                setattr(row, column, getattr(row, column) - by)


# ---- sessions ----


def test_password_signs_in_until_one_signs_out(browser: TestClient, anna: UUID) -> None:
    assert code(browser.get("/api/session")) == (401, "not_signed_in")
    answer = sign_in(browser, "  ANNA ")
    assert answer.status_code == 200
    seen = browser.get("/api/session").json()
    assert seen == answer.json()
    assert (seen["user"], seen["role"]) == ({"id": str(anna), "name": "Anna"}, "annotator")
    assert (seen["has_password"], seen["auth"]) == (True, True)
    lasts = datetime.fromisoformat(seen["expires_at"]) - utc_now()
    assert timedelta(days=13) < lasts < timedelta(days=15)

    token = browser.cookies[SESSION_COOKIE]
    assert browser.delete("/api/session").status_code == 204
    assert SESSION_COOKIE not in browser.cookies
    assert code(browser.get("/api/session")) == (401, "not_signed_in")
    browser.cookies[SESSION_COOKIE] = token  # somebody kept it
    assert code(browser.get("/api/session")) == (401, "not_signed_in")


@pytest.mark.parametrize(
    ("name", "password"), [("Anna", "correct hors"), ("Anna", ""), ("Nobody", PASSWORD), ("Without", "")]
)
def test_wrong_name_and_wrong_password_look_the_same(
    browser: TestClient, anna: UUID, runtime: Runtime, name: str, password: str
) -> None:
    add_person(runtime, "Without")
    wrong = sign_in(browser, name, password)
    assert code(wrong) == (401, "wrong_password")
    assert wrong.json()["detail"] == sign_in(browser, "Anna", "nonsense").json()["detail"]
    assert SESSION_COOKIE not in browser.cookies


def test_unknown_name_costs_a_hash_as_well(monkeypatch: pytest.MonkeyPatch, password_hash: str) -> None:
    verified: list[str] = []
    verify = passwords._hasher.verify

    def noting(password: str, hashed: str) -> bool:
        verified.append(hashed)
        return verify(password, hashed)

    monkeypatch.setattr(passwords._hasher, "verify", noting)
    assert not passwords.is_right("", None)
    assert not passwords.is_right(PASSWORD, None)
    assert passwords.is_right(PASSWORD, password_hash)
    cost = [hashed.split("$")[:4] for hashed in verified]
    assert cost == [cost[0]] * 3


@pytest.mark.parametrize(("scheme", "secure"), [("http", False), ("https", True)])
def test_cookie_is_out_of_reach_of_scripts_and_other_sites(
    runtime: Runtime, anna: UUID, scheme: str, secure: bool
) -> None:
    with TestClient(create_app(runtime), base_url=f"{scheme}://localhost") as browser:
        cookie = sign_in(browser).headers["set-cookie"].lower()
    assert cookie.startswith(f"{SESSION_COOKIE}=")
    for attribute in ("httponly", "samesite=strict", "path=/", "max-age="):
        assert attribute in cookie
    assert ("secure" in cookie) == secure


def test_no_token_is_in_the_database(
    browser: TestClient, client: TestClient, runtime: Runtime, anna: UUID
) -> None:
    sign_in(browser)
    tokens = [
        browser.cookies[SESSION_COOKIE],
        client.post(f"/api/users/{anna}/link").json()["token"],
        client.post("/api/invitations", json={"role": "manager"}).json()["token"],
        client.post("/api/tokens", json={"name": "script"}).json()["token"],
    ]
    with session_scope(runtime.sessions) as session:
        rows = [
            str(session.execute(select(table.__table__)).all())
            for table in (UserSession, OneTimeLink, Invitation, ApiToken)
        ]
    assert not [token for token in tokens if token in "".join(rows)]


def test_used_session_lasts_longer_and_reading_seldom_writes(
    browser: TestClient, runtime: Runtime, anna: UUID
) -> None:
    sign_in(browser)
    browser.get("/api/session")  # notes what browser it is
    first = browser.get("/api/session").json()["expires_at"]
    assert browser.get("/api/session").json()["expires_at"] == first  # within a minute nothing is written

    age(runtime, UserSession, last_used_at=timedelta(minutes=2), expires_at=timedelta(minutes=2))
    browser.get("/api/session")
    renewed = browser.get("/api/session").json()["expires_at"]
    assert renewed > first
    with session_scope(runtime.sessions) as session:
        seen = session.get_one(User, anna).last_seen_at
    assert seen is not None
    assert utc_now() - seen < timedelta(minutes=1)

    age(runtime, UserSession, expires_at=timedelta(days=14, minutes=1))
    assert not is_signed_in(browser)


# ---- guessing ----


def test_name_has_to_wait_after_five_mistakes(browser: TestClient, runtime: Runtime, anna: UUID) -> None:
    for _ in range(5):
        assert code(sign_in(browser, "anna", "nonsense")) == (401, "wrong_password")
    refused = sign_in(browser)  # with the right one
    assert code(refused) == (429, "too_many_attempts")
    assert 890 < int(refused.headers["retry-after"]) <= 900
    assert "Try again in 15 minutes" in refused.json()["detail"]
    with another_browser(runtime, "198.51.100.1") as elsewhere:
        assert code(sign_in(elsewhere, "ANNA")) == (429, "too_many_attempts")

    age(runtime, FailedSignIn, at=timedelta(minutes=15))
    assert sign_in(browser).status_code == 200


def test_address_has_to_wait_after_twenty_mistakes(browser: TestClient, runtime: Runtime, anna: UUID) -> None:
    with session_scope(runtime.sessions) as session:
        session.add_all(FailedSignIn(name_key=f"name-{number}", address="192.0.2.7") for number in range(20))
    assert code(sign_in(browser)) == (429, "too_many_attempts")
    with another_browser(runtime, "198.51.100.1") as elsewhere:
        assert sign_in(elsewhere).status_code == 200


def test_right_password_forgets_the_mistakes(browser: TestClient, anna: UUID) -> None:
    for _ in range(2):
        for _ in range(4):
            sign_in(browser, "Anna", "nonsense")
        assert sign_in(browser).status_code == 200


def test_many_guesses_at_once_are_not_more_than_one_after_the_other(runtime: Runtime, anna: UUID) -> None:
    answers: Counter[int] = Counter()
    barrier = threading.Barrier(12)

    def guess() -> None:
        browser = another_browser(runtime)
        barrier.wait()
        answers[sign_in(browser, "Anna", "nonsense").status_code] += 1

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers[401] <= 5
    assert answers[401] + answers[429] == 12


# ---- passwords ----


def test_new_password_ends_the_other_sessions(browser: TestClient, runtime: Runtime, anna: UUID) -> None:
    sign_in(browser)
    with another_browser(runtime) as other:
        sign_in(other)
        change = {"current": PASSWORD, "new": "battery staple"}
        assert browser.put("/api/session/password", json=change).status_code == 204
        assert is_signed_in(browser)
        assert not is_signed_in(other)
        assert code(sign_in(other)) == (401, "wrong_password")
        assert sign_in(other, password="battery staple").status_code == 200


def test_person_sees_where_they_are_signed_in_and_ends_it_from_afar(
    browser: TestClient, client: TestClient, runtime: Runtime, anna: UUID
) -> None:
    def listed(asking: TestClient) -> list[tuple[str, bool]]:
        answer = asking.get("/api/session/browsers")
        return [(one["user_agent"], one["is_this_one"]) for one in answer.json()]

    browser.headers["User-Agent"] = "Home/1.0"
    sign_in(browser)
    assert listed(browser) == [("Home/1.0", True)]
    with another_browser(runtime) as work, another_browser(runtime) as phone:
        for device, name in ((work, "Work/1.0"), (phone, "Phone/1.0\x7f" + "x" * 1000)):
            device.headers["User-Agent"] = name
            sign_in(device)
            assert is_signed_in(device)
        assert [name[:10] for name, _ in listed(browser)] == ["Phone/1.0x", "Work/1.0", "Home/1.0"]
        ids = {one["user_agent"][:4]: one["id"] for one in browser.get("/api/session/browsers").json()}

        theirs = f"/api/session/browsers/{ids['Work']}"
        assert code(client.delete(theirs)) == (404, "browser_not_found")  # somebody else's
        assert browser.delete(theirs).status_code == 204
        assert [is_signed_in(device) for device in (browser, work, phone)] == [True, False, True]
        assert code(browser.delete(theirs)) == (404, "browser_not_found")

        assert browser.delete("/api/session/browsers").status_code == 204
        assert [is_signed_in(device) for device in (browser, work, phone)] == [True, False, False]
    assert listed(browser) == [("Home/1.0", True)]
    assert listed(client) == []


def test_password_is_changed_by_who_knows_it(browser: TestClient, anna: UUID) -> None:
    sign_in(browser)
    for current in (None, "", "nonsense"):
        refused = browser.put("/api/session/password", json={"current": current, "new": "battery staple"})
        assert code(refused) == (401, "wrong_password")
    assert is_signed_in(browser)
    for new in ("too short", "x" * 201):
        refused = browser.put("/api/session/password", json={"current": PASSWORD, "new": new})
        assert code(refused) == (422, "invalid_request")


def test_first_password_needs_no_other(browser: TestClient, client: TestClient, runtime: Runtime) -> None:
    bert = add_person(runtime, "Bert")
    link = client.post(f"/api/users/{bert.id}/link").json()
    browser.post("/api/session/link", json={"token": link["token"]})
    assert browser.get("/api/session").json()["has_password"] is False
    assert browser.put("/api/session/password", json={"new": PASSWORD}).status_code == 204
    assert browser.get("/api/session").json()["has_password"] is True
    assert sign_in(browser, "Bert").status_code == 200


# ---- links ----


def test_link_signs_in_once(browser: TestClient, client: TestClient, runtime: Runtime, anna: UUID) -> None:
    link = client.post(f"/api/users/{anna}/link").json()
    lasts = datetime.fromisoformat(link["expires_at"]) - utc_now()
    assert timedelta(hours=23) < lasts <= timedelta(hours=24)
    answer = browser.post("/api/session/link", json={"token": link["token"]})
    assert answer.json()["user"]["name"] == "Anna"
    assert is_signed_in(browser)
    with another_browser(runtime) as other:
        refused = other.post("/api/session/link", json={"token": link["token"]})
    assert code(refused) == (401, "link_used")


def test_old_replaced_and_unknown_links_are_refused(
    browser: TestClient, client: TestClient, runtime: Runtime, anna: UUID
) -> None:
    replaced, old = (client.post(f"/api/users/{anna}/link").json()["token"] for _ in range(2))
    age(runtime, OneTimeLink, expires_at=timedelta(days=1))
    for token in (replaced, old, "nonsense"):
        assert code(browser.post("/api/session/link", json={"token": token})) == (401, "link_used")


# ---- invitations ----


def accept(browser: TestClient, token: str, name: str = "Cleo") -> httpx.Response:
    body = {"token": token, "name": name, "password": PASSWORD}
    return browser.post("/api/invitations/accept", json=body)


def test_invitation_makes_one_account_of_its_role(
    browser: TestClient, client: TestClient, runtime: Runtime
) -> None:
    made = client.post("/api/invitations", json={"role": "manager"})
    assert made.status_code == 201
    invitation = made.json()
    token = invitation.pop("token")
    assert client.get("/api/invitations").json() == [invitation]
    assert invitation["created_by_name"] == "admin"

    look = browser.post("/api/invitations/look", json={"token": token}).json()
    assert look == {
        "role": "manager",
        "project": "My project",
        "invited_by": "admin",
        "expires_at": invitation["expires_at"],
    }
    lasts = datetime.fromisoformat(look["expires_at"]) - utc_now()
    assert timedelta(days=6) < lasts <= timedelta(days=7)

    assert code(accept(browser, token, "ADMIN")) == (409, "name_taken")
    answer = accept(browser, token)
    assert (answer.status_code, answer.json()["role"]) == (200, "manager")
    assert browser.get("/api/session").json()["user"]["name"] == "Cleo"

    with another_browser(runtime) as other:
        assert code(accept(other, token, "Dora")) == (404, "invitation_invalid")
        assert code(other.post("/api/invitations/look", json={"token": token})) == (404, "invitation_invalid")
        assert sign_in(other, "Cleo").status_code == 200
    assert client.get("/api/invitations").json() == []
    assert code(client.delete(f"/api/invitations/{invitation['id']}")) == (404, "invitation_not_found")
    with session_scope(runtime.sessions) as session:
        row = session.get_one(Invitation, UUID(invitation["id"]))
        assert str(row.accepted_by) == answer.json()["user"]["id"]


def test_invitation_taken_back_or_too_old_is_over(
    browser: TestClient, client: TestClient, runtime: Runtime
) -> None:
    first, second = (client.post("/api/invitations", json={"role": "annotator"}).json() for _ in range(2))
    assert client.delete(f"/api/invitations/{first['id']}").status_code == 204
    age(runtime, Invitation, expires_at=timedelta(days=7))
    for invitation in (first, second):
        assert code(accept(browser, invitation["token"])) == (404, "invitation_invalid")


@pytest.mark.parametrize("name", ["", "   ", "x" * 65, "a\x00b", "a\nb"])
def test_name_can_be_read_by_others(browser: TestClient, client: TestClient, name: str) -> None:
    token = client.post("/api/invitations", json={"role": "annotator"}).json()["token"]
    assert code(accept(browser, token, name)) == (422, "invalid_request")


def test_invitation_accepted_by_many_at_once_makes_one_account(client: TestClient, runtime: Runtime) -> None:
    token = client.post("/api/invitations", json={"role": "annotator"}).json()["token"]
    answers: Counter[int] = Counter()
    barrier = threading.Barrier(4)

    def take(number: int) -> None:
        browser = another_browser(runtime)
        barrier.wait()
        answers[accept(browser, token, f"Person {number}").status_code] += 1

    threads = [threading.Thread(target=take, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {200: 1, 404: 3}


# ---- users ----


def test_admin_sees_everybody(client: TestClient, runtime: Runtime, anna: UUID) -> None:
    admin, annotator = sorted(client.get("/api/users").json(), key=lambda user: user["name"], reverse=True)
    assert (admin["name"], admin["role"], admin["has_password"]) == ("admin", "admin", False)
    assert admin["last_seen_at"] is not None
    assert (annotator["id"], annotator["role"], annotator["disabled"]) == (str(anna), "annotator", False)
    assert annotator["last_seen_at"] is None


def test_changed_role_counts_at_once(browser: TestClient, client: TestClient, anna: UUID) -> None:
    sign_in(browser)
    assert code(browser.patch("/api/project", json={})) == (403, "not_allowed")
    assert client.patch(f"/api/users/{anna}", json={"role": "manager"}).json()["role"] == "manager"
    assert browser.patch("/api/project", json={}).status_code == 200


def test_disabled_person_is_out_at_once(
    browser: TestClient, client: TestClient, runtime: Runtime, anna: UUID
) -> None:
    sign_in(browser)
    token = browser.post("/api/tokens", json={"name": "script"}).json()["token"]
    link = client.post(f"/api/users/{anna}/link").json()["token"]
    assert client.patch(f"/api/users/{anna}", json={"disabled": True}).json()["disabled"] is True
    assert not is_signed_in(browser)
    assert code(sign_in(browser)) == (401, "wrong_password")
    assert code(browser.post("/api/session/link", json={"token": link})) == (401, "link_used")
    assert code(client.post(f"/api/users/{anna}/link")) == (409, "user_disabled")
    bearer = {"Authorization": f"Bearer {token}"}
    assert code(client.get("/api/session", headers=bearer)) == (401, "not_signed_in")

    client.patch(f"/api/users/{anna}", json={"disabled": False})
    assert not is_signed_in(browser)
    assert code(client.get("/api/session", headers=bearer)) == (401, "not_signed_in")
    assert sign_in(browser).status_code == 200


def test_last_admin_stays(client: TestClient, runtime: Runtime, anna: UUID) -> None:
    admin = client.get("/api/session").json()["user"]["id"]
    for change in ({"role": "manager"}, {"disabled": True}):
        refused = client.patch(f"/api/users/{admin}", json=change)
        assert code(refused) == (409, "last_admin")
    client.patch(f"/api/users/{anna}", json={"role": "admin"})
    assert client.patch(f"/api/users/{admin}", json={"role": "manager"}).status_code == 200
    with session_scope(runtime.sessions) as session:
        session.execute(update(User).where(User.id == anna).values(disabled=True))
    assert code(client.get("/api/users")) == (403, "not_allowed")


def test_unknown_user_is_not_found(client: TestClient) -> None:
    assert code(client.patch(f"/api/users/{uuid4()}", json={"disabled": True})) == (404, "user_not_found")
    assert code(client.post(f"/api/users/{uuid4()}/link")) == (404, "user_not_found")


def test_two_admins_cannot_take_each_other_out_at_the_same_moment(
    client: TestClient, runtime: Runtime
) -> None:
    anna, bert = (add_person(runtime, name, Role.ADMIN) for name in ("Anna", "Bert"))
    admin = client.get("/api/session").json()["user"]["id"]
    client.patch(f"/api/users/{admin}", json={"disabled": True})
    barrier = threading.Barrier(2)
    answers: list[int] = []

    def take_out(by: dict[str, str], whom: UUID) -> None:
        own = TestClient(client.app, base_url="http://localhost")
        barrier.wait()
        answers.append(own.patch(f"/api/users/{whom}", json={"role": "manager"}, headers=by).status_code)

    threads = [
        threading.Thread(target=take_out, args=(anna.headers, bert.id)),
        threading.Thread(target=take_out, args=(bert.headers, anna.id)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(200) == 1
    with session_scope(runtime.sessions) as session:
        assert len(session.scalars(select(User).where(User.is_admin, ~User.disabled)).all()) == 1


# ---- API tokens ----


def test_token_acts_for_its_person_until_it_is_deleted(
    client: TestClient, runtime: Runtime, anna: UUID
) -> None:
    with another_browser(runtime) as browser:
        sign_in(browser)
        made = browser.post("/api/tokens", json={"name": "script", "days": 30}).json()
        token = made.pop("token")
        assert token.startswith("mlk_")
        assert browser.get("/api/tokens").json() == [made]
        lasts = datetime.fromisoformat(made["expires_at"]) - utc_now()
        assert timedelta(days=29) < lasts <= timedelta(days=30)

        bearer = {"Authorization": f"Bearer {token}"}
        seen = client.get("/api/session", headers=bearer).json()
        assert (seen["user"]["name"], seen["expires_at"]) == ("Anna", made["expires_at"])
        assert browser.get("/api/tokens").json()[0]["last_used_at"] is not None

        assert code(client.delete(f"/api/tokens/{made['id']}")) == (404, "token_not_found")  # somebody else's
        assert browser.delete(f"/api/tokens/{made['id']}").status_code == 204
        assert code(client.get("/api/session", headers=bearer)) == (401, "not_signed_in")


def test_token_ends_with_its_days(client: TestClient, runtime: Runtime) -> None:
    token = client.post("/api/tokens", json={"name": "script", "days": 1}).json()["token"]
    bearer = {"Authorization": f"bearer {token}"}
    assert client.get("/api/session", headers=bearer).status_code == 200
    with session_scope(runtime.sessions) as session:
        past = utc_now() - timedelta(seconds=1)
        session.execute(update(ApiToken).where(ApiToken.name == "script").values(expires_at=past))
    assert code(client.get("/api/session", headers=bearer)) == (401, "not_signed_in")


# ---- other websites ----


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Origin": "http://localhost"}, 204),
        ({"Origin": "http://localhost:9999"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 204),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, 403),
    ],
)
def test_cookie_alone_changes_nothing(
    runtime: Runtime, anna: UUID, headers: dict[str, str], status: int
) -> None:
    with TestClient(create_app(runtime), base_url="http://localhost") as browser:
        sign_in(browser)
        assert browser.get("/api/session").status_code == 200
        answer = browser.delete("/api/session", headers=headers)
        assert answer.status_code == status
        if status == 403:
            assert answer.json()["code"] == "foreign_origin"
            assert is_signed_in(browser)


def test_programs_need_no_origin(client: TestClient) -> None:
    made = client.post("/api/tokens", json={"name": "script"}, headers={"Cookie": f"{SESSION_COOKIE}=x"})
    assert made.status_code == 201


# ---- without accounts ----


def test_without_accounts_everybody_is_the_admin(runtime: Runtime, settings: Settings) -> None:
    open_ = Runtime(
        settings.model_copy(update={"auth": False}), runtime.engine, runtime.sessions, runtime.storage
    )
    with session_scope(runtime.sessions) as session:
        users.ensure_first_admin(session)
    with TestClient(create_app(open_), base_url="http://localhost") as browser:
        seen = browser.get("/api/session").json()
        assert (seen["user"]["name"], seen["role"], seen["auth"]) == ("admin", "admin", False)
        assert seen["expires_at"] is None
        assert browser.get("/api/users").status_code == 200
        refused = browser.post("/api/queue/next", headers={"Origin": "https://evil.example"})
        assert code(refused) == (403, "foreign_origin")
