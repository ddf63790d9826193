"""
What is promised of each deed, in one table; and which URLs are the doors to it.

OK: they may. SU: after signing in afresh. NF: not found, as if it had never been. NO: refused by role, before anything
is looked up. People of other couples and other clinics: NF everywhere. Whoever is not signed in is led to do so.
"""

OK, SU, ASK, NF, NO = "ok", "su", "ask", "nf", "no"
OWN, OTHER, THERAPIST, COLLEAGUE, ADMIN, ELSEWHERE = "own", "other", "therapist", "colleague", "admin", "elsewhere"
COLUMNS = (OWN, OTHER, THERAPIST, COLLEAGUE, ADMIN)
# As it was laid down before anything was built. The worker's column is the database's: tests/safekeeping/test_walls.py.
#                                                own  other ther. coll. admin
TABLE = {
    "draft · any":                              (OK,  NF,  NF,  NF,  NO),
    "reflection for oneself · read":            (OK,  NF,  NF,  NF,  NO),
    "reflection sent to the therapist · read":  (OK,  NF,  OK,  NF,  NO),
    "offer · read after release":               (OK,  OK,  OK,  NF,  NO),
    "offer · take back":                        (OK,  NF,  NF,  NF,  NO),
    "opened, begun, finished, skipped · know":  (OK,  NF,  OK,  NF,  NO),
    "safety answer · give":                     (OK,  NF,  NF,  NF,  NO),
    "safety answer · read":                     (NF,  NF,  SU,  NF,  NO),
    "boundaries · set":                         (OK,  NF,  NF,  NF,  NO),
    "boundaries · read":                        (OK,  NF,  OK,  NF,  NO),
    "overlap list · own marks":                 (OK,  NF,  OK,  NF,  NO),
    "overlap list · result":                    (OK,  OK,  OK,  NF,  NO),
    "process note · any":                       (NF,  NF,  SU,  NF,  NO),
    "session agenda · read":                    (OK,  OK,  OK,  NF,  NO),
    "assignment · read":                        (OK,  OK,  OK,  NF,  NO),
    "assignment · set":                         (NO,  NO,  OK,  NF,  NO),
    "person · read":                            (OK,  NF,  OK,  NF,  OK),
    "person · edit":                            (SU,  NF,  NO,  NF,  SU),
    "invitation · make, revoke":                (NF,  NF,  OK,  NF,  OK),
    "caseload · change":                        (NO,  NO,  ASK, NF,  SU),
    "couple · separate":                        (ASK, ASK, SU,  NF,  NO),
    "own data · export, erase":                 (SU,  NF,  NF,  NF,  NO),
    "own factors and sessions · any":           (SU,  NF,  NF,  NF,  NF),
    "sessions of staff · end":                  (NF,  NF,  NF,  NF,  SU),
    "clinic audit · read":                      (NO,  NO,  OK,  NF,  OK),
    "break-glass · ask, approve":               (NO,  NO,  SU,  SU,  NO),
}  # fmt: skip
# What has been built beyond it.
BEYOND = {
    "place · put right before joining":         (NF,  NF,  OK,  NF,  NO),
    "lock after a reset · check who it is":     (NF,  NF,  SU,  NF,  SU),
    "own caseload · read and add to":           (NF,  NF,  OK,  NF,  NO),
    "caseloads · read":                         (NF,  NF,  NF,  NF,  OK),
    "agreement · read, give, take back":        (OK,  NF,  NF,  NF,  NO),
    "document of the clinic · read":            (OK,  OK,  OK,  OK,  OK),
    "document of the clinic · publish":         (NF,  NF,  NF,  NF,  OK),
    "library · read":                           (NF,  NF,  OK,  OK,  NO),
    "clinic · settings":                        (NF,  NF,  NF,  NF,  OK),
    "own words of one exercise · take along":   (SU,  NF,  NF,  NF,  NO),
    "what would suit better · say":             (OK,  NF,  NF,  NF,  NO),
    "resting · begin, end":                     (OK,  NF,  OK,  NF,  NO),
    "goal · any":                               (OK,  NF,  OK,  NF,  NO),
    "goal offered · read":                      (OK,  OK,  OK,  NF,  NO),
    "agreement of two · any, by one's own copy": (OK, NF,  OK,  NF,  NO),
    "note for both, reply · write":             (NF,  NF,  OK,  NF,  NO),
    "told by the therapist · read":             (OK,  NF,  OK,  NF,  NO),
    "exercise of one's own · build":            (NF,  NF,  OK,  NF,  NO),
    "joint record · let it leave":              (SU,  NF,  SU,  NF,  NO),
    "exercise offered to the clinic · answer":  (NF,  NF,  NF,  NF,  OK),
    "instrument of the clinic · any":           (NF,  NF,  OK,  OK,  NO),
    "answers to an instrument · give, take back": (OK, NF, NF,  NF,  NO),
    "answers to an instrument · read":          (OK,  NF,  OK,  NF,  NO),
    "marks of both · take along":               (NF,  NF,  SU,  NF,  NO),
    "sessions · keep, move, call off":          (NF,  NF,  OK,  NF,  NO),
    "session · sum up":                         (NF,  NF,  OK,  NF,  NO),
}  # fmt: skip
NO_PAGE = "to a partner there is no such page: a 404 says less than a refusal"
# Where the product does otherwise than the table says, and why that stands.
DIFFERS = {
    ("boundaries · read", THERAPIST): (SU, "on one page with the check-ins, which asks for a fresh sign-in"),
    ("person · edit", OWN): (
        OK, "name, zone and reminders are saved without; a new password takes the present one, factors a fresh sign-in"
    ),
    ("assignment · set", OWN): (NF, NO_PAGE),
    ("assignment · set", OTHER): (NF, NO_PAGE),
    ("caseload · change", OWN): (NF, NO_PAGE),
    ("caseload · change", OTHER): (NF, NO_PAGE),
    ("caseload · change", THERAPIST): (NO, "asking on the site is not built: an admin is asked in person"),
}  # fmt: skip
PROMISES = {deed: dict(zip(COLUMNS, row, strict=True)) for deed, row in (TABLE | BEYOND).items()}
for (deed, column), (answer, _why) in DIFFERS.items():
    PROMISES[deed][column] = answer
NOT_BUILT = {
    "clinic audit · read": "a later issue; until then the operator's command verify_audit",
    "break-glass · ask, approve": "a later issue",
}

# Each URL: the deed it is for, and to whom it is a door. To all others of the row it is none, whatever else they may.
DOORS = {
    "today": ("opened, begun, finished, skipped · know", OWN),
    "homework": ("opened, begun, finished, skipped · know", OWN),
    "homework-set-aside": ("opened, begun, finished, skipped · know", OWN),
    "homework-resume": ("opened, begun, finished, skipped · know", OWN),
    "homework-step": ("draft · any", OWN),
    "homework-save": ("draft · any", OWN),
    "homework-check": ("draft · any", OWN),
    "homework-sharing": ("draft · any", OWN),
    "homework-done": ("draft · any", OWN),
    "homework-share-less": ("offer · take back", OWN),
    "reflections": ("reflection for oneself · read", OWN),
    "reflection": ("reflection for oneself · read", OWN),
    "reflection-file": ("own words of one exercise · take along", OWN),
    "homework-together": ("overlap list · result", OWN),
    "shared": ("offer · read after release", OTHER),
    "shared-detail": ("offer · read after release", OTHER),
    "check-in": ("safety answer · give", OWN),
    "check-in-after": ("safety answer · give", OWN),
    "check-ins": ("safety answer · read", THERAPIST),
    "boundaries": ("boundaries · set", OWN),
    "consent": ("agreement · read, give, take back", OWN),
    "consent-later": ("agreement · read, give, take back", OWN),
    "consent-withdraw": ("agreement · read, give, take back", OWN),
    "separation": ("couple · separate", OWN),
    "couple-separate": ("couple · separate", THERAPIST),
    "caseload": ("own caseload · read and add to", THERAPIST),
    "inbox": ("own caseload · read and add to", THERAPIST),
    "couple-new": ("own caseload · read and add to", THERAPIST),
    "couple-edit": ("own caseload · read and add to", THERAPIST),
    "couple": ("person · read", THERAPIST),
    "partner-edit": ("place · put right before joining", THERAPIST),
    "partner-invite": ("invitation · make, revoke", THERAPIST),
    "partner-revoke": ("invitation · make, revoke", THERAPIST),
    "partner-check": ("lock after a reset · check who it is", THERAPIST),
    "assign": ("assignment · set", THERAPIST),
    "assignment-withdraw": ("assignment · set", THERAPIST),
    "review": ("reflection sent to the therapist · read", THERAPIST),
    "review-seen": ("reflection sent to the therapist · read", THERAPIST),
    "review-note": ("process note · any", THERAPIST),
    "review-mark": ("reflection sent to the therapist · read", THERAPIST),
    "library": ("library · read", THERAPIST, COLLEAGUE),
    "library-exercise": ("library · read", THERAPIST, COLLEAGUE),
    "library-favourite": ("library · read", THERAPIST, COLLEAGUE),
    "suggestions": ("reflection sent to the therapist · read", THERAPIST),
    "programmes": ("library · read", THERAPIST, COLLEAGUE),
    "programme": ("library · read", THERAPIST, COLLEAGUE),
    "plan-start": ("assignment · set", THERAPIST),
    "plan": ("assignment · set", THERAPIST),
    "plan-item": ("assignment · set", THERAPIST),
    "couple-timeline": ("own caseload · read and add to", THERAPIST),
    "couple-session": ("own caseload · read and add to", THERAPIST),
    "library-copy": ("library · read", THERAPIST, COLLEAGUE),
    "library-export": ("library · read", THERAPIST, COLLEAGUE),
    "builder": ("exercise of one's own · build", THERAPIST),
    "builder-import": ("exercise of one's own · build", THERAPIST),
    "builder-exercise": ("exercise of one's own · build", THERAPIST),
    "builder-head": ("exercise of one's own · build", THERAPIST),
    "builder-step": ("exercise of one's own · build", THERAPIST),
    "builder-steps": ("exercise of one's own · build", THERAPIST),
    "builder-drop": ("exercise of one's own · build", THERAPIST),
    "builder-preview": ("exercise of one's own · build", THERAPIST),
    "builder-publish": ("exercise of one's own · build", THERAPIST),
    "builder-offer": ("exercise of one's own · build", THERAPIST),
    "builder-retire": ("exercise of one's own · build", THERAPIST),
    "clinic-library": ("exercise offered to the clinic · answer", ADMIN),
    "clinic-library-exercise": ("exercise offered to the clinic · answer", ADMIN),
    "people": ("person · read", ADMIN),
    "staff-new": ("invitation · make, revoke", ADMIN),
    "staff": ("person · edit", ADMIN),
    "staff-invite": ("invitation · make, revoke", ADMIN),
    "staff-revoke": ("invitation · make, revoke", ADMIN),
    "staff-check": ("lock after a reset · check who it is", ADMIN),
    "staff-sessions": ("sessions of staff · end", ADMIN),
    "clinic-caseloads": ("caseloads · read", ADMIN),
    "couple-move": ("caseload · change", ADMIN),
    "cover": ("caseload · change", ADMIN),
    "cover-end": ("caseload · change", ADMIN),
    "document": ("document of the clinic · read", OWN, OTHER, THERAPIST, COLLEAGUE, ADMIN),
    "documents": ("document of the clinic · publish", ADMIN),
    "document-next": ("document of the clinic · publish", ADMIN),
    "clinic-settings": ("clinic · settings", ADMIN),
    "homework-wish": ("what would suit better · say", OWN),
    "rest": ("resting · begin, end", OWN),
    "session-was": ("resting · begin, end", THERAPIST),
    "goals": ("goal · any", OWN),
    "goal": ("goal · any", OWN),
    "goal-close": ("goal · any", OWN),
    "goal-offer": ("goal · any", OWN),
    "goal-readers": ("goal · any", OWN),
    "goal-offered": ("goal offered · read", OTHER),
    "couple-goals": ("goal · any", THERAPIST),
    "agreement": ("agreement of two · any, by one's own copy", OWN),
    "agreement-sign": ("agreement of two · any, by one's own copy", OWN),
    "agreement-take-back": ("agreement of two · any, by one's own copy", OWN),
    "agreement-print": ("agreement of two · any, by one's own copy", OWN),
    "agreement-room": ("agreement of two · any, by one's own copy", THERAPIST),
    "couple-progress": ("reflection sent to the therapist · read", THERAPIST),
    "couple-progress-file": ("marks of both · take along", THERAPIST),
    "progress": ("reflection for oneself · read", OWN),
    "progress-file": ("own words of one exercise · take along", OWN),
    "measures": ("answers to an instrument · read", OWN),
    "measure": ("answers to an instrument · give, take back", OWN),
    "measure-item": ("answers to an instrument · give, take back", OWN),
    "measure-check": ("answers to an instrument · give, take back", OWN),
    "measure-take-back": ("answers to an instrument · give, take back", OWN),
    "instruments": ("instrument of the clinic · any", THERAPIST, COLLEAGUE),
    "instrument-import": ("instrument of the clinic · any", THERAPIST, COLLEAGUE),
    "instrument": ("instrument of the clinic · any", THERAPIST, COLLEAGUE),
    "couple-measures": ("answers to an instrument · read", THERAPIST),
    "couple-measures-file": ("marks of both · take along", THERAPIST),
    "calendar": ("own caseload · read and add to", THERAPIST),
    "appointments": ("sessions · keep, move, call off", THERAPIST),
    "appointment": ("sessions · keep, move, call off", THERAPIST),
    "appointment-cancel": ("sessions · keep, move, call off", THERAPIST),
    "agenda": ("session agenda · read", THERAPIST),
    "agenda-present": ("session agenda · read", THERAPIST),
    "agenda-print": ("session agenda · read", THERAPIST),
    "agenda-pdf": ("session agenda · read", THERAPIST),
    "session-summary": ("session · sum up", THERAPIST),
    "session-next": ("session agenda · read", OWN, OTHER),
    # erasing oneself is a later issue; until then it is the operator's command erase_person
    "export-file": ("own data · export, erase", OWN),
    "record": ("joint record · let it leave", OWN),
    "couple-record": ("joint record · let it leave", THERAPIST),
    "couple-review": ("reflection sent to the therapist · read", THERAPIST),
    "review-next": ("reflection sent to the therapist · read", THERAPIST),
    "review-previous": ("reflection sent to the therapist · read", THERAPIST),
    "review-earlier": ("reflection sent to the therapist · read", THERAPIST),
    "couple-balance": ("own caseload · read and add to", THERAPIST),
    "joint-notes": ("note for both, reply · write", THERAPIST),
    "joint-note": ("note for both, reply · write", THERAPIST),
    "joint-note-publish": ("note for both, reply · write", THERAPIST),
    "review-reply": ("note for both, reply · write", THERAPIST),
    "reply-take-back": ("note for both, reply · write", THERAPIST),
    "from-therapist": ("told by the therapist · read", OWN),
    "mfa_remove_webauthn": ("own factors and sessions · any", OWN),
    "device-end": ("own factors and sessions · any", OWN),
}
# URLs that name nobody's record, and answer everybody who is signed in with what is their own, or everybody at all.
EVERYBODYS = {
    "healthz": "that the process answers",
    "account_login": "signing in", "account_logout": "signing out", "reauth": "signing in over an open page",
    "mfa_authenticate": "the second step of signing in", "account_inactive": "why a closed account does not open",
    "account_reauthenticate": "signing in afresh", "mfa_reauthenticate": "signing in afresh",
    "mfa_reauthenticate_webauthn": "signing in afresh", "session-left": "how long one's own session lasts",
    "account_reset_password": "asks for a letter, whoever it is", "account_reset_password_done": "says the same always",
    "account_reset_password_from_key": "the key of a letter", "account_reset_password_from_key_done": "a plain page",
    "unsubscribe": "the token of a letter", "invitation": "the token of a letter",
    "exit": "leaves at once", "safety": "telephone numbers", "help": "a plain page", "privacy": "a plain page",
    "accessibility": "a plain page", "front-door": "leads to where each works", "welcome": "offers a second step",
    "account": "one's own name and time zone", "account-messages": "one's own reminders",
    "account_change_password": "one's own, with the present password", "account-locked": "why one's own is closed",
    "mfa_index": "one's own factors, listed", "mfa_activate_totp": "one's own factors",
    "mfa_deactivate_totp": "one's own factors", "mfa_add_webauthn": "one's own factors",
    "mfa_view_recovery_codes": "one's own factors", "devices-end-others": "one's own sessions",
    "account-calendar": "one's own calendar", "export": "one's own data", "calendar-feed": "the secret of an address",
}  # fmt: skip
# What signs in afresh, by URL and method; with ONLY_POST the page may be read without. A test holds that it is so.
FRESH = {
    "mfa_activate_totp", "mfa_deactivate_totp", "mfa_add_webauthn", "mfa_remove_webauthn", "mfa_view_recovery_codes",
    "devices-end-others", "device-end", "partner-check", "staff-check", "staff-sessions", "couple-separate",
    "check-ins", "reflection-file", "couple-progress-file", "progress-file", "cover-end", "export", "export-file",
    "couple-measures-file", "review-note",
}  # fmt: skip
# Of these, what is refused with the text still on the page, to sign in beside it and send it again.
FRESH_KEEPING = {("post", "review-note")}
FRESH_TO_CHANGE = {"staff", "couple-move", "cover", "account-calendar", "record", "couple-record"}

# Rows whose code is the state's and not the rule's.
OF_ITS_STATE = {("post", "homework-resume"): "the exercise of the scene is open: there is nothing to pick up"}
# open to whoever may open clinical pages, and empty to most
LISTS_OF_ONES_OWN = {"today", "reflections", "shared", "from-therapist"}

# a record of Alex's, though the address names none
NAMED_IN_THE_FORM = {("post", "separation"): "homework", ("post", "record"): "device", ("get", "export-file"): "device"}

COUPLE = {"alex": OWN, "blake": OTHER}
OF_THE_COUPLE = {  # the other records are of other people
    "homework", "finished", "step", "mutual", "assignment", "couple", "goal", "offer", "agreement", "together",
    "asking", "asking-item", "answered",
    "appointment",
    "joint", "reply",
}  # fmt: skip
STAFF = {
    "moreno": {THERAPIST}, "yilmaz": {COLLEAGUE}, "former": {COLLEAGUE}, "both": {COLLEAGUE, ADMIN}, "adair": {ADMIN},
}  # fmt: skip
OF_ALEX = {"passkey", "device"}
PARTNERS = {"alex", "blake", "casey", "ellis"}
THERAPISTS = {"moreno", "yilmaz", "former", "okafor", "both"}
ADMINS = {"adair", "both", "admin_elsewhere"}


def columns(who: str, kind: str) -> set[str]:
    """How somebody stands to a kind of record in the scene; to no record in particular, as to their own."""
    if kind in {"", "exercise", "programme"}:
        own = {OWN, OTHER} if who in PARTNERS else set()
        return own | ({THERAPIST} if who in THERAPISTS else set()) | ({ADMIN} if who in ADMINS else set())
    if kind in OF_ALEX:
        return {OWN} if who == "alex" else {ELSEWHERE}
    if kind == "document" and who == "casey":
        return {OWN}
    if who in COUPLE and kind in {*OF_THE_COUPLE, "document"}:
        return {COUPLE[who]}
    return STAFF.get(who, {ELSEWHERE})


def promised(who: str, method: str, name: str, kind: str) -> str:
    """What somebody is promised at a URL: the most that any of their standings gives."""
    deed, *doors = DOORS[name]
    if name in LISTS_OF_ONES_OWN and who in THERAPISTS:
        return OK
    standing = columns(who, NAMED_IN_THE_FORM.get((method, name), kind))
    answers = {PROMISES[deed][column] for column in standing & set(doors)}
    return min(answers & {OK, SU, ASK}, default=_shut(who, deed, doors))


def _shut(who: str, deed: str, doors: list[str]) -> str:
    """What a page answers to those it is no page for: their role says so, or it is not there."""
    if doors == [ADMIN]:
        return NO if who in THERAPISTS - ADMINS else NF
    return NO if who in ADMINS - THERAPISTS and ADMIN not in doors and "own factors" not in deed else NF
