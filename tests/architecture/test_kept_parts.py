"""What is drawn once for everybody can hold nothing of anybody."""

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils.translation import override

from intimacy_site.templatetags.look import PLACES, kept, place_of


def test_it_takes_words_and_yes_or_no_alone(db, cast):
    with pytest.raises(TypeError, match="kept for everybody"):
        kept("parts/session.html", partner=cast.alex)


def test_it_is_given_no_request_and_no_person(rf, cast):
    request = rf.get("/")
    request.user = cast.alex
    page = Template('{% load look %}{% kept "parts/head.html" theme="dark" signed_in=True %}')
    assert str(cast.alex.pk) not in page.render(Context({"request": request}))


def test_it_is_kept_for_each_language_by_itself(settings):
    settings.DEBUG = False
    with override("de"):
        kept("parts/footer_links.html")
    with override("en"):
        assert "Privacy" in kept("parts/footer_links.html")


@pytest.mark.parametrize("name", list(PLACES))
def test_it_knows_each_page_of_the_navigation_by_its_own_address(name):
    assert place_of(reverse(name)) == (name, "page")


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/t/couples/x/", ("caseload", "true")),
        ("/t/inbox/more/", ("inbox", "true")),
        ("/t/review/x/", ("", "")),
        ("/account/messages/", ("account", "true")),
        ("/w/x/", ("", "")),
    ],
)
def test_it_knows_what_belongs_to_a_page_of_the_navigation(path, place):
    assert place_of(path) == place
