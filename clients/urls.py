from django.urls import path

from clients.views import clinic, consent, couples, documents, ending, invitation, people, public

urlpatterns = [
    path("invite/<str:token>/", invitation.invitation, name="invitation"),
    path("exit/", public.leave, name="exit"),
    path("safety/", public.safety, name="safety"),
    path("help/", public.help_page, name="help"),
    path("privacy/", public.privacy, name="privacy"),
    path("accessibility/", public.accessibility, name="accessibility"),
    path("consent/", consent.consent, name="consent"),
    path("consent/later/", consent.later, name="consent-later"),
    path("documents/<uuid:pk>/", consent.document, name="document"),
    path("account/shared-work/", ending.separation, name="separation"),
    path("t/couples/new/", couples.new, name="couple-new"),
    path("t/couples/<uuid:pk>/edit/", couples.edit, name="couple-edit"),
    path("t/partners/<uuid:pk>/edit/", couples.partner_edit, name="partner-edit"),
    path("t/partners/<uuid:pk>/invite/", couples.partner_invite, name="partner-invite"),
    path("t/partners/<uuid:pk>/revoke/", couples.partner_revoke, name="partner-revoke"),
    path("t/partners/<uuid:pk>/check/", couples.partner_check, name="partner-check"),
    path("c/people/", people.index, name="people"),
    path("c/people/new/", people.new, name="staff-new"),
    path("c/people/<uuid:pk>/", people.staff, name="staff"),
    path("c/people/<uuid:pk>/invite/", people.staff_invite, name="staff-invite"),
    path("c/people/<uuid:pk>/revoke/", people.staff_revoke, name="staff-revoke"),
    path("c/people/<uuid:pk>/check/", people.staff_check, name="staff-check"),
    path("c/people/<uuid:pk>/sessions/", people.staff_sessions, name="staff-sessions"),
    path("c/caseloads/", clinic.caseloads, name="clinic-caseloads"),
    path("c/couples/<uuid:pk>/move/", clinic.move, name="couple-move"),
    path("c/documents/", documents.index, name="documents"),
    path("c/documents/<uuid:pk>/next/", documents.publish_next, name="document-next"),
    path("c/settings/", clinic.settings, name="clinic-settings"),
]
