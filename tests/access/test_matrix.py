"""
Every URL asked by every person, as a page and by htmx. A new URL without a row fails the last test.

302 is a redirect after a deed, or to the sign-in page for whoever is not signed in (401 to htmx). 404 is for what
one may not know of; 403, with a sentence, for what one may know of but not do.
"""

from collections.abc import Iterator
from uuid import UUID

import pytest
import time_machine
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from tests.access.scene import NOW, Scene, build
from tests.access.walk import WAYS, Walk, never, seen
from tests.cast import PERSONAS

EVERYBODY = ("nobody", *PERSONAS, "admin_elsewhere")
IN, GO, NF, NO, BAD, OFF = 200, 302, 404, 403, 422, 405
#  Alex and Blake are the couple; Moreno treats them, and treats Casey; Yilmaz is a colleague, Former was their
#  therapist, Okafor and Ellis are elsewhere; Adair is the clinic's admin; Both is a therapist and admin there;
#  the last is the admin of the clinic elsewhere.
#
#    method  URL name                               object        none alex blak more case yilm form okaf elli adai both admin elsewhere
MATRIX = [
    ("get",  "healthz",                             "",           (IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("get",  "account_login",                       "",           (IN,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO)),
    ("post", "account_login",                       "",           (BAD, GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO)),
    ("get",  "account_logout",                      "",           (GO,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("post", "account_logout",                      "",           (GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO)),
    ("get",  "account_inactive",                    "",           (IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("get",  "reauth",                              "",           (IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("post", "reauth",                              "",           (BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD)),
    ("get",  "session-left",                        "",           (GO,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("post", "session-left",                        "",           (GO,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("get",  "mfa_authenticate",                    "",           (GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO)),
    ("post", "mfa_authenticate",                    "",           (GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO)),
    ("get",  "account_reauthenticate",              "",           (GO,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("post", "account_reauthenticate",              "",           (GO,  BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD)),
    ("get",  "mfa_reauthenticate",                  "",           (GO,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("post", "mfa_reauthenticate",                  "",           (GO,  BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD)),
    ("get",  "mfa_reauthenticate_webauthn",         "",           (GO,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("post", "mfa_reauthenticate_webauthn",         "",           (GO,  BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD)),
    ("get",  "mfa_index",                           "",           (GO,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("get",  "mfa_activate_totp",                   "",           (GO,  IN,  IN,  GO,  IN,  GO,  GO,  GO,  IN,  GO,  GO,  GO)),
    ("post", "mfa_activate_totp",                   "",           (GO,  BAD, BAD, GO,  BAD, GO,  GO,  GO,  BAD, GO,  GO,  GO)),
    ("get",  "mfa_deactivate_totp",                 "",           (GO,  NF,  NF,  IN,  NF,  IN,  IN,  IN,  NF,  IN,  IN,  IN)),
    ("post", "mfa_deactivate_totp",                 "",           (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  NO,  NO,  NO)),
    ("get",  "mfa_add_webauthn",                    "",           (GO,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("post", "mfa_add_webauthn",                    "",           (GO,  BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD)),
    ("get",  "mfa_remove_webauthn",                 "passkey",    (GO,  IN,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NF)),
    ("post", "mfa_remove_webauthn",                 "passkey",    (GO,  GO,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NF)),
    ("get",  "mfa_view_recovery_codes",             "",           (GO,  IN,  GO,  IN,  GO,  IN,  IN,  IN,  GO,  IN,  IN,  IN)),
    ("post", "mfa_view_recovery_codes",             "",           (GO,  GO,  NO,  GO,  NO,  GO,  GO,  GO,  NO,  GO,  GO,  GO)),
    ("get",  "devices-end-others",                  "",           (GO,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("post", "devices-end-others",                  "",           (GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO)),
    ("get",  "device-end",                          "device",     (GO,  IN,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NF)),
    ("post", "device-end",                          "device",     (GO,  GO,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NF)),
    ("get",  "account-locked",                      "",           (GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO)),
    ("get",  "welcome",                             "",           (GO,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("get",  "account",                             "",           (GO,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("post", "account",                             "",           (GO,  BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD)),
    ("get",  "account-messages",                    "",           (GO,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("post", "account-messages",                    "",           (GO,  BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD)),
    ("get",  "account_change_password",             "",           (GO,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("post", "account_change_password",             "",           (GO,  BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD)),
    ("get",  "account_reset_password",              "",           (IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("post", "account_reset_password",              "",           (BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD)),
    ("get",  "account_reset_password_done",         "",           (IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("get",  "account_reset_password_from_key",     "reset",      (NF,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NF)),
    ("post", "account_reset_password_from_key",     "reset",      (NF,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NF)),
    ("get",  "account_reset_password_from_key_done","",           (IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("get",  "unsubscribe",                         "stop",       (IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("post", "unsubscribe",                         "stop",       (IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("get",  "invitation",                          "token",      (IN,  NO,  NO,  NO,  NO,  NO,  NO,  NO,  NO,  NO,  NO,  NO)),
    ("post", "invitation",                          "token",      (BAD, NO,  NO,  NO,  NO,  NO,  NO,  NO,  NO,  NO,  NO,  NO)),
    ("get",  "exit",                                "",           (303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 303)),
    ("get",  "safety",                              "",           (IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("get",  "help",                                "",           (IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("get",  "privacy",                             "",           (IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("get",  "accessibility",                       "",           (IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("get",  "document",                            "document",   (GO,  IN,  IN,  IN,  IN,  IN,  IN,  NF,  NF,  IN,  IN,  NF)),
    ("get",  "front-door",                          "",           (GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO)),
    # a partner's own side: nobody else's, whoever they are
    ("get",  "consent",                             "",           (GO,  IN,  IN,  NF,  IN,  NF,  NF,  NF,  IN,  NO,  NF,  NO)),
    ("post", "consent",                             "",           (GO,  GO,  GO,  NF,  GO,  NF,  NF,  NF,  GO,  NO,  NF,  NO)),
    ("get",  "consent-later",                       "",           (GO,  IN,  IN,  NF,  IN,  NF,  NF,  NF,  IN,  NO,  NF,  NO)),
    ("get",  "consent-withdraw",                    "",           (GO,  IN,  IN,  NF,  IN,  NF,  NF,  NF,  IN,  NO,  NF,  NO)),
    ("post", "consent-withdraw",                    "",           (GO,  GO,  GO,  NF,  GO,  NF,  NF,  NF,  GO,  NO,  NF,  NO)),
    ("get",  "separation",                          "",           (GO,  IN,  IN,  NF,  IN,  NF,  NF,  NF,  IN,  NO,  NF,  NO)),
    ("post", "separation",                          "",           (GO,  GO,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "today",                               "",           (GO,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  NO,  IN,  NO)),
    ("get",  "homework",                            "homework",   (GO,  IN,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "homework-set-aside",                  "homework",   (GO,  GO,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "homework-resume",                     "homework",   (GO,  NO,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "homework-step",                       "step",       (GO,  IN,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "homework-step",                       "step",       (GO,  GO,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "homework-save",                       "step",       (GO,  IN,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "homework-check",                      "homework",   (GO,  IN,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "homework-sharing",                    "homework",   (GO,  IN,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "homework-sharing",                    "homework",   (GO,  GO,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "homework-done",                       "finished",   (GO,  IN,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "homework-share-less",                 "finished",   (GO,  GO,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "reflections",                         "",           (GO,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  NO,  IN,  NO)),
    ("get",  "reflection",                          "finished",   (GO,  IN,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "reflection-file",                     "finished",   (GO,  IN,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "shared",                              "",           (GO,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  NO,  IN,  NO)),
    ("get",  "shared-detail",                       "finished",   (GO,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "check-in",                            "",           (GO,  IN,  IN,  NF,  IN,  NF,  NF,  NF,  IN,  NO,  NF,  NO)),
    ("post", "check-in",                            "",           (GO,  GO,  GO,  NF,  GO,  NF,  NF,  NF,  GO,  NO,  NF,  NO)),
    ("get",  "check-in-after",                      "",           (GO,  IN,  IN,  NF,  IN,  NF,  NF,  NF,  IN,  NO,  NF,  NO)),
    ("get",  "boundaries",                          "",           (GO,  IN,  IN,  NF,  IN,  NF,  NF,  NF,  IN,  NO,  NF,  NO)),
    ("post", "boundaries",                          "",           (GO,  GO,  GO,  NF,  GO,  NF,  NF,  NF,  GO,  NO,  NF,  NO)),
    ("get",  "homework-together",                   "mutual",     (GO,  IN,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "homework-together",                   "mutual",     (GO,  GO,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    # the therapist's side
    ("get",  "caseload",                            "",           (GO,  NF,  NF,  IN,  NF,  IN,  IN,  IN,  NF,  NO,  IN,  NO)),
    ("get",  "inbox",                               "",           (GO,  NF,  NF,  IN,  NF,  IN,  IN,  IN,  NF,  NO,  IN,  NO)),
    ("get",  "library",                             "",           (GO,  NF,  NF,  IN,  NF,  IN,  IN,  IN,  NF,  NO,  IN,  NO)),
    ("get",  "library-exercise",                    "exercise",   (GO,  NF,  NF,  IN,  NF,  IN,  IN,  IN,  NF,  NO,  IN,  NO)),
    ("post", "library-favourite",                   "exercise",   (GO,  NF,  NF,  GO,  NF,  GO,  GO,  GO,  NF,  NO,  GO,  NO)),
    ("get",  "suggestions",                         "couple",     (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "couple-new",                          "",           (GO,  NF,  NF,  IN,  NF,  IN,  IN,  IN,  NF,  NO,  IN,  NO)),
    ("post", "couple-new",                          "",           (GO,  NF,  NF,  BAD, NF,  BAD, BAD, BAD, NF,  NO,  BAD, NO)),
    ("get",  "couple",                              "couple",     (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "check-ins",                           "couple",     (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "couple-edit",                         "couple",     (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "couple-edit",                         "couple",     (GO,  NF,  NF,  BAD, NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "couple-separate",                     "couple",     (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "couple-separate",                     "couple",     (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "partner-edit",                        "partner",    (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "partner-edit",                        "partner",    (GO,  NF,  NF,  BAD, NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "partner-invite",                      "partner",    (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "partner-revoke",                      "partner",    (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "partner-check",                       "locked-out", (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "partner-check",                       "locked-out", (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "assign",                              "couple",     (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "assign",                              "couple",     (GO,  NF,  NF,  BAD, NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "assignment-withdraw",                 "assignment", (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "assignment-withdraw",                 "assignment", (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "review",                              "assignment", (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "review-seen",                         "assignment", (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "review-note",                         "assignment", (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "review-note",                         "assignment", (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "review-mark",                         "assignment", (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "programmes",                          "",           (GO,  NF,  NF,  IN,  NF,  IN,  IN,  IN,  NF,  NO,  IN,  NO)),
    ("get",  "programme",                           "programme",  (GO,  NF,  NF,  IN,  NF,  IN,  IN,  IN,  NF,  NO,  IN,  NO)),
    ("get",  "plan-start",                         "plan-start", (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "plan-start",                         "plan-start", (GO,  NF,  NF,  BAD, NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "plan",                               "couple",     (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "plan",                               "couple",     (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "plan-item",                          "plan-item",  (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "plan-item",                          "plan-item",  (GO,  NF,  NF,  BAD, NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "couple-timeline",                     "couple",     (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "couple-session",                     "couple",     (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    # the clinic admin's side: people and caseloads, never content
    ("get",  "people",                              "",           (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  IN,  IN,  IN)),
    ("get",  "staff-new",                           "",           (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  IN,  IN,  IN)),
    ("post", "staff-new",                           "",           (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  BAD, BAD, BAD)),
    ("get",  "staff",                               "newcomer",   (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  IN,  IN,  NF)),
    ("post", "staff",                               "newcomer",   (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  BAD, BAD, NF)),
    ("post", "staff-invite",                        "newcomer",   (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  GO,  GO,  NF)),
    ("post", "staff-revoke",                        "newcomer",   (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  GO,  GO,  NF)),
    ("get",  "staff-check",                         "hale",       (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  IN,  IN,  NF)),
    ("post", "staff-check",                         "hale",       (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  GO,  GO,  NF)),
    ("get",  "staff-sessions",                      "hale",       (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  IN,  IN,  NF)),
    ("post", "staff-sessions",                      "hale",       (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  GO,  GO,  NF)),
    ("get",  "cover",                               "hale",       (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  IN,  IN,  NF)),
    ("post", "cover",                               "hale",       (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  BAD, BAD, NF)),
    ("post", "cover-end",                           "cover",      (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  GO,  GO,  NF)),
    ("get",  "clinic-caseloads",                    "",           (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  IN,  IN,  IN)),
    ("get",  "couple-move",                         "couple",     (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  IN,  IN,  NF)),
    ("post", "couple-move",                         "couple",     (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  BAD, BAD, NF)),
    ("get",  "documents",                           "",           (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  IN,  IN,  IN)),
    ("get",  "document-next",                       "document",   (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  IN,  IN,  NF)),
    ("post", "document-next",                       "document",   (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  BAD, BAD, NF)),
    ("get",  "clinic-settings",                     "",           (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  IN,  IN,  IN)),
    ("post", "clinic-settings",                     "",           (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  BAD, BAD, BAD)),
    # what would suit better, goals, and what two agree on
    ("get",  "homework-wish",                       "homework",    (GO,  IN,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "homework-wish",                       "homework",    (GO,  GO,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "rest",                                "",            (GO,  IN,  IN,  NF,  IN,  NF,  NF,  NF,  IN,  NO,  NF,  NO)),
    ("post", "rest",                                "",            (GO,  GO,  GO,  NF,  GO,  NF,  NF,  NF,  GO,  NO,  NF,  NO)),
    ("post", "session-was",                         "couple",      (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "goals",                               "",            (GO,  IN,  IN,  NF,  IN,  NF,  NF,  NF,  IN,  NO,  NF,  NO)),
    ("post", "goals",                               "",            (GO,  GO,  GO,  NF,  GO,  NF,  NF,  NF,  GO,  NO,  NF,  NO)),
    ("get",  "goal",                                "goal",        (GO,  IN,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "goal",                                "goal",        (GO,  GO,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "goal-close",                          "goal",        (GO,  GO,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "goal-offer",                          "goal",        (GO,  IN,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "goal-offer",                          "goal",        (GO,  GO,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "goal-readers",                        "goal",        (GO,  GO,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "goal-offered",                        "offer",       (GO,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "couple-goals",                        "couple",      (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "agreement",                           "agreement",   (GO,  IN,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "agreement",                           "agreement",   (GO,  GO,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "agreement-sign",                      "agreement",   (GO,  GO,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "agreement-take-back",                 "agreement",   (GO,  GO,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "agreement-print",                     "agreement",   (GO,  IN,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "agreement-room",                      "together",    (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "agreement-room",                      "together",    (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    # exercises of one's own, and a clinic's
    ("get",  "builder",                            "",           (GO,  NF,  NF,  IN,  NF,  IN,  IN,  IN,  NF,  NO,  IN,  NO)),
    ("post", "builder",                            "",           (GO,  NF,  NF,  GO,  NF,  GO,  GO,  GO,  NF,  NO,  GO,  NO)),
    ("get",  "builder-import",                     "",           (GO,  NF,  NF,  IN,  NF,  IN,  IN,  IN,  NF,  NO,  IN,  NO)),
    ("post", "builder-import",                     "",           (GO,  NF,  NF,  BAD, NF,  BAD, BAD, BAD, NF,  NO,  BAD, NO)),
    ("get",  "builder-exercise",                   "own",        (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "builder-head",                       "own",        (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "builder-head",                       "own",        (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "builder-step",                       "own-step",   (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "builder-step",                       "own-step",   (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "builder-steps",                      "own",        (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "builder-drop",                       "own",        (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "builder-drop",                       "own",        (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "builder-preview",                    "own",        (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "builder-publish",                    "own",        (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "builder-publish",                    "own",        (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "builder-offer",                      "own",        (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "builder-retire",                     "own",        (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "builder-retire",                     "own",        (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "library-copy",                       "exercise",   (GO,  NF,  NF,  GO,  NF,  GO,  GO,  GO,  NF,  NO,  GO,  NO)),
    ("get",  "library-export",                     "exercise",   (GO,  NF,  NF,  IN,  NF,  IN,  IN,  IN,  NF,  NO,  IN,  NO)),
    ("get",  "clinic-library",                     "",           (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  IN,  IN,  IN)),
    ("get",  "clinic-library-exercise",            "offered",    (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  IN,  IN,  NF)),
    ("post", "clinic-library-exercise",            "offered",    (GO,  NF,  NF,  NO,  NF,  NO,  NO,  NO,  NF,  GO,  GO,  NF)),
    ("get",  "couple-progress",                    "couple",     (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "couple-progress-file",               "couple",     (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "progress",                           "",           (GO,  IN,  IN,  NF,  IN,  NF,  NF,  NF,  IN,  NO,  NF,  NO)),
    ("get",  "progress-file",                      "",           (GO,  IN,  IN,  NF,  IN,  NF,  NF,  NF,  IN,  NO,  NF,  NO)),
    # sessions: kept, planned, shown in the room, summed up
    ("get",  "calendar", "", (GO,  NF,  NF,  IN,  NF,  IN,  IN,  IN,  NF,  NO,  IN,  NO)),
    ("get",  "appointments", "couple", (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "appointments", "couple", (GO,  NF,  NF,  BAD,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "appointment", "appointment", (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "appointment", "appointment", (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "appointment-cancel", "appointment", (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "agenda", "couple", (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "agenda", "couple", (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "agenda-present", "couple", (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "agenda-present", "couple", (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "agenda-print", "couple", (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "agenda-pdf", "couple", (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "session-summary", "couple", (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "session-summary", "couple", (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "session-next", "", (GO,  IN,  IN,  NF,  IN,  NF,  NF,  NF,  IN,  NO,  NF,  NO)),
    ("post", "session-next", "", (GO,  GO,  GO,  NF,  GO,  NF,  NF,  NF,  GO,  NO,  NF,  NO)),
    # what leaves this place: one's calendar, one's own data, and what both may read
    ("get",  "calendar-feed",                      "cal",        (IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN)),
    ("get",  "account-calendar",                          "",           (GO,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  NO,  IN,  NO)),
    ("post", "account-calendar",                          "",           (GO,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  NO,  IN,  NO)),
    ("get",  "export",                             "",           (GO,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  NO,  IN,  NO)),
    ("post", "export",                             "",           (GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  GO,  NO,  GO,  NO)),
    ("get",  "export-file",                        "",           (GO,  IN,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "record",                             "",           (GO,  IN,  IN,  NF,  IN,  NF,  NF,  NF,  IN,  NO,  NF,  NO)),
    ("post", "record",                             "",           (GO,  GO,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "couple-record",                      "couple",     (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "couple-record",                      "couple",     (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    # what is asked and counted
    ("get",  "measures",                           "",           (GO,  IN,  IN,  NF,  IN,  NF,  NF,  NF,  IN,  NO,  NF,  NO)),
    ("get",  "measure",                            "asking",     (GO,  IN,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "measure",                            "asking",     (GO,  GO,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "measure-item",                       "asking-item", (GO, IN,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "measure-item",                       "asking-item", (GO, GO,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "measure-check",                      "asking",     (GO,  IN,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "measure-check",                      "asking",     (GO,  GO,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "measure-take-back",                  "answered",   (GO,  GO,  NF,  NF,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "instruments",                        "",           (GO,  NF,  NF,  IN,  NF,  IN,  IN,  IN,  NF,  NO,  IN,  NO)),
    ("get",  "instrument-import",                  "",           (GO,  NF,  NF,  IN,  NF,  IN,  IN,  IN,  NF,  NO,  IN,  NO)),
    ("post", "instrument-import",                  "",           (GO,  NF,  NF,  BAD, NF,  BAD, BAD, BAD, NF,  NO,  BAD, NO)),
    ("get",  "instrument",                         "instrument", (GO,  NF,  NF,  IN,  NF,  IN,  IN,  NF,  NF,  NO,  IN,  NO)),
    ("post", "instrument",                         "instrument", (GO,  NF,  NF,  GO,  NF,  GO,  GO,  NF,  NF,  NO,  GO,  NO)),
    ("get",  "couple-measures",                    "couple",     (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post", "couple-measures",                    "couple",     (GO,  NF,  NF,  BAD, NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "couple-measures-file",               "couple",     (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    # what is new, what is written to partners, and how attention is divided
    ("get", "couple-review",                 "couple",     (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get", "couple-balance",                "couple",     (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get", "joint-notes",                   "couple",     (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post","joint-notes",                   "couple",     (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get", "joint-note",                    "joint",      (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post","joint-note",                    "joint",      (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get", "joint-note-publish",            "joint",      (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post","joint-note-publish",            "joint",      (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get", "review-next",                   "assignment", (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get", "review-previous",               "assignment", (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get", "review-reply",                  "assignment", (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post","review-reply",                  "assignment", (GO,  NF,  NF,  BAD, NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("post","reply-take-back",               "reply",      (GO,  NF,  NF,  GO,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get", "review-earlier",                "finished",   (GO,  NF,  NF,  IN,  NF,  NF,  NF,  NF,  NF,  NO,  NF,  NO)),
    ("get",  "from-therapist",               "",           (GO,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  IN,  NO,  IN,  NO)),
]  # fmt: skip
DATA = {
    "agenda": {"text": "How we say goodbye"},
    "couple-measures": {"go": "ask"},
    "instrument": {"go": "retire"},
    "measure-item": {"go": "continue", "answer": "a"},
    "account": {"chosen_name": ""},
    "account_change_password": {"old": ""},
    "account_reauthenticate": {"password": "wrong"},
    "account_reset_password": {"email": "nowhere"},
    "boundaries": {"touch": "not"},
    "account-calendar": {"go": "make"},
    "couple-record": {"go": "take"},
    "builder-head": {"version": "1", "title": "Another title"},
    "builder-step": {"version": "1", "title": "Another title"},
    "builder-steps": {"go": "up", "key": "letter"},
    "check-in": {"go": "send", "afraid": "1"},
    "homework-sharing": {"audience": "only_me"},
    "homework-wish": {"instead": "smaller"},
    "rest": {"lasts": "week"},
    "goals": {"text": "A goal"},
    "goal": {"point": "3"},
    "agreement-room": {"step": "pause"},
    "mfa_reauthenticate": {"code": "1"},
    "mfa_reauthenticate_webauthn": {"credential": "{}"},
    "review-mark": {"mark": "the-moment"},
    "joint-note": {"text": "later", "version": "1"},
    "joint-note-publish": {"version": "1"},
    "review-note": {"text": "later", "version": "1"},
    "session-next": {"text": "A word", "audience": "only_me"},
    "session-summary": {"text": "We talked"},
}
BY_HTMX = {  # where htmx is answered otherwise than a browser: with a part instead of a redirect
    ("post", "plan", GO): IN,
    ("post", "agenda", GO): IN,
    ("post", "library-favourite", GO): IN,
    ("post", "review-note", GO): IN,
    ("post", "review-mark", GO): IN,
    ("post", "joint-note", GO): IN,
    ("post", "builder-steps", GO): IN,
    ("get", "export", IN): 286,  # nothing is being made: htmx asks no more
}


def ask(client: Client, method: str, name: str, kwargs: dict[str, object], *, htmx: bool, data=None):
    headers = {"HX-Request": "true"} if htmx else {}
    return getattr(client, method)(reverse(name, kwargs=kwargs), data or DATA.get(name), headers=headers)


OPEN_AND_ONWARD = {"account_logout", "mfa_authenticate"}  # for everybody, and for nobody a page


def path_of(scene: Scene, name: str, kind: str) -> str:
    return reverse(name, kwargs=scene.paths[kind])


def data_of(scene: Scene, name: str) -> dict[str, object] | None:
    """What a form sends, for a row of the table."""
    return scene.sent.get(name) or DATA.get(name)


def expected(method: str, name: str, who: str, code: int, way: str) -> int:
    """A code of the table, or what stands for it to htmx."""
    if way == "page":
        return code
    if who == "nobody" and code == GO and name not in OPEN_AND_ONWARD:
        return 401
    return BY_HTMX.get((method, name, code), code)


@pytest.mark.parametrize("who", EVERYBODY)
def test_it_answers_everybody_as_the_table_says(cast, who):
    walk, wrong = Walk(build(cast)), []
    with time_machine.travel(NOW, tick=False):
        for method, name, kind, row in MATRIX:
            code = row[EVERYBODY.index(who)]
            for way in WAYS:
                path, data = path_of(walk.scene, name, kind), data_of(walk.scene, name)
                answer = walk.ask(who, method, path, data=data, way=way)
                right = expected(method, name, who, code, way)
                if answer.status_code != right:
                    wrong.append(f"{method} {name} ({way}): {answer.status_code}, not {right}")
                elif right == GO and who == "nobody" and name not in OPEN_AND_ONWARD:
                    assert answer.headers["Location"].startswith(reverse("account_login"))
    assert not wrong


def addressed() -> list[tuple[str, str, str, tuple[int, ...]]]:
    """The rows with a record in their address that could be guessed, or known from elsewhere."""
    return [row for row in MATRIX if row[2] and row[2] not in {"reset", "stop", "token", "cal"}]


@pytest.mark.parametrize("who", EVERYBODY)
def test_it_answers_a_hidden_record_exactly_as_one_that_never_was(cast, who):
    walk, wrong = Walk(build(cast)), []
    with time_machine.travel(NOW, tick=False):
        for method, name, kind, row in addressed():
            code, data = row[EVERYBODY.index(who)], data_of(walk.scene, name)
            if code not in {NF, NO} or (who == "alex" and code == NO):
                continue
            for way in WAYS:
                hidden, unknown = (
                    walk.ask(who, method, reverse(name, kwargs=kwargs), data=data, way=way)
                    for kwargs in (walk.scene.paths[kind], never(walk.scene.paths[kind]))
                )
                if seen(hidden) != seen(unknown) or hidden.cookies or hidden.status_code != code:
                    wrong.append(f"{method} {name} ({way})")
    assert not wrong


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        else:
            yield pattern.name


def test_it_has_a_row_for_every_url():
    assert set(names(get_resolver().url_patterns)) == {name for _, name, _, _ in MATRIX}


def test_it_lets_in_without_signing_in_where_that_is_said_and_nowhere_else():
    open_doors = {name for _, name, _, row in MATRIX if row[0] not in {GO, 401}} | OPEN_AND_ONWARD
    assert open_doors == {
        "healthz", "account_login", "account_logout", "mfa_authenticate", "account_inactive", "reauth", "account_reset_password",
        "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
        "calendar-feed", "unsubscribe", "invitation", "exit", "safety", "help", "privacy", "accessibility",
    }  # fmt: skip


def test_it_never_numbers_a_record():
    from django.apps import apps

    ours = [m for m in apps.get_models() if m.__module__.split(".")[0] in {"accounts", "clients", "exercises"}]
    assert {type(model._meta.pk).__name__ for model in ours} == {"UUIDField"}
    assert all(isinstance(model().pk, UUID) and model().pk.version == 4 for model in ours)
