"""The mail catcher takes real mail and shows it without letting it do anything."""

import http.client
import re
import smtplib
import subprocess
import sys
from email.message import EmailMessage

import pytest

from devstack.mail.keeping import Letters
from devstack.mail.pages import linked


@pytest.fixture(scope="module")
def catcher(tmp_path_factory):
    """A running mail catcher: its folder and its two ports."""
    folder = tmp_path_factory.mktemp("caught") / "mail"
    command = [sys.executable, "-m", "devstack.mail", "--smtp-port", "0", "--page-port", "0", "--folder", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline()
        smtp, page = map(int, re.findall(r":(\d+)", line))
        yield folder, smtp, page
        process.terminate()
        assert process.wait(timeout=10) == 0


def post(port, subject, text, html=None):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "hello@example.org", "alex@example.org", subject
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.send_message(message)


def get(port, path, host=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": host or f"localhost:{port}"})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


def test_it_shows_what_it_caught_escaped_with_the_link_to_click(catcher):
    folder, smtp, page = catcher
    text = "Hello <script>alert(1)</script>\nhttp://localhost:8000/reset/a-b/?x=1&y=2.\n"
    post(smtp, "New <b>password</b>", text, html="<p>styled</p>")
    status, headers, listed = get(page, "/")
    assert status == 200
    assert "New &lt;b&gt;password&lt;/b&gt;" in listed
    name = re.search(r'href="(/\d{20}\.eml)"', listed).group(1)
    status, headers, shown = get(page, name)
    assert status == 200
    assert "<script>" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert '<a href="http://localhost:8000/reset/a-b/?x=1&amp;y=2">' in shown
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "styled" not in shown
    assert oct((folder / name[1:]).stat().st_mode)[-3:] == "600"


@pytest.mark.parametrize("path", ["/../secret_key", "/00000000000000000000.eml", "/x.eml", "/%2e%2e/secret_key"])
def test_it_gives_nothing_but_mail(catcher, path):
    assert get(catcher[2], path)[0] == 404


def test_it_answers_to_its_own_name_only(catcher):
    assert get(catcher[2], "/", host="evil.example")[0] == 421


def test_it_keeps_the_last_messages_only(tmp_path):
    letters = Letters(tmp_path / "mail", kept=3)
    names = [letters.add(f"Subject: {number}\n\nhi\n".encode()) for number in range(5)]
    assert letters.names() == names[:1:-1]
    assert [letter.subject for letter in letters.all()] == ["4", "3", "2"]


@pytest.mark.parametrize(
    "content", [b"", b"Content-Type: text/plain; charset=nonsense\n\n\xff\n", b"Content-Type: image/png\n\nx\n"]
)
def test_it_shows_odd_messages_too(tmp_path, content):
    letters = Letters(tmp_path / "mail")
    assert letters.read(letters.add(content)) is not None


def test_a_link_ends_before_the_full_stop_and_never_leaves_its_attribute():
    assert linked('see http://a.b/c"d>.') == 'see <a href="http://a.b/c">http://a.b/c</a>&quot;d&gt;.'
    assert "href" not in linked("javascript:alert(1)")
