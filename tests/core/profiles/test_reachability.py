"""Whether a server answers: real servers on this machine, to which nothing of the profile is sent."""

from __future__ import annotations

import http.server
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from codemie_core import Profile
from codemie_core.profiles.reachability import origins_to_try, try_origin

HEADERS: list[str] = []


class Server(http.server.BaseHTTPRequestHandler):
    status = 401

    def do_HEAD(self) -> None:
        HEADERS.append(f"{self.requestline}\n{self.headers}")
        self.send_response(self.status)
        if self.status == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTPS_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def origin() -> Iterator[str]:
    HEADERS.clear()
    server = http.server.HTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


needs_curl = pytest.mark.skipif(not shutil.which("curl"), reason="no curl here")


@needs_curl
@pytest.mark.parametrize("status", [200, 302, 401, 404, 500])
def test_any_answer_counts_and_no_redirection_is_followed(
    origin: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Server, "status", status)
    answer = try_origin(origin)
    assert (answer.status, answer.problem) == (status, "")
    assert len(HEADERS) == 1


@needs_curl
def test_only_the_origin_is_asked_and_no_token_is_sent(origin: str) -> None:
    secret = "sk-made-up"  # noqa: S105
    profile = Profile(
        "p", {"baseUrl": f"{origin}/{secret}?key={secret}", "apiKey": secret, "codeMieUrl": "x"}
    )
    assert origins_to_try(profile) == (origin,)
    try_origin(origins_to_try(profile)[0])
    assert HEADERS[0].startswith("HEAD / HTTP/1.1\n")
    assert secret not in HEADERS[0]
    assert "authorization" not in HEADERS[0].lower()


@needs_curl
def test_the_users_curl_settings_have_no_effect(
    origin: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".curlrc").write_text('header = "X-Planted: yes"\n')
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password planted\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CURL_HOME", str(tmp_path))
    assert try_origin(origin).status == 401
    assert "planted" not in HEADERS[0].lower()
    assert "authorization" not in HEADERS[0].lower()


@pytest.mark.parametrize("curl", [pytest.param(None, marks=needs_curl), ""], ids=["curl", "no-curl"])
def test_an_unreachable_server_is_reported_in_words(curl: str | None) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    assert try_origin(f"http://127.0.0.1:{port}", curl=curl).problem == "nothing listens there"
    assert "can't be found" in try_origin("https://no-such-host.invalid", curl=curl).problem


def test_without_curl_a_plain_connection_is_tried(origin: str) -> None:
    answer = try_origin(origin, curl="")
    assert (answer.status, answer.problem) == (None, "")
    assert HEADERS == []


@needs_curl
def test_a_server_without_tls_is_reported(origin: str) -> None:
    assert "TLS" in try_origin(origin.replace("http:", "https:"), timeout_seconds=5).problem


@needs_curl
def test_a_silent_server_is_not_waited_for_longer_than_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        answer = try_origin(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout_seconds=0.3)
    assert answer.problem == "no answer within 0.3 seconds"
    assert answer.milliseconds >= 300


@needs_curl
def test_an_answer_that_is_not_http_is_reported(origin: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:

        def answer_once() -> None:
            connection, _ = other.accept()
            connection.sendall(b"220 mail.example ESMTP\r\n")
            connection.close()

        thread = threading.Thread(target=answer_once)
        thread.start()
        found = try_origin(f"http://127.0.0.1:{other.getsockname()[1]}")
        thread.join()
    assert found.status is None
    assert found.problem
