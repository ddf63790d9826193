from django.urls import path

from clients.views import care, clinic, couples, invitation, people, public

urlpatterns = [
    path("invite/<str:token>/", invitation.invitation, name="invitation"),
    path("exit/", public.leave, name="exit"),
    path("safety/", public.safety, name="safety"),
    path("help/", public.help_page, name="help"),
    path("privacy/", public.privacy, name="privacy"),
    path("accessibility/", public.accessibility, name="accessibility"),
    path("check-in/", care.check_in, name="check-in"),
    path("check-in/after/", care.after, name="check-in-after"),
    path("boundaries/", care.boundaries, name="boundaries"),
    path("t/couples/new/", couples.new, name="couple-new"),
    path("t/couples/<uuid:pk>/edit/", couples.edit, name="couple-edit"),
    path("t/partners/<uuid:pk>/edit/", couples.partner_edit, name="partner-edit"),
    path("t/partners/<uuid:pk>/invite/", couples.partner_invite, name="partner-invite"),
    path("t/partners/<uuid:pk>/revoke/", couples.partner_revoke, name="partner-revoke"),
    path("c/people/", people.index, name="people"),
    path("c/people/new/", people.new, name="staff-new"),
    path("c/people/<uuid:pk>/", people.staff, name="staff"),
    path("c/people/<uuid:pk>/invite/", people.staff_invite, name="staff-invite"),
    path("c/people/<uuid:pk>/revoke/", people.staff_revoke, name="staff-revoke"),
    path("c/caseloads/", clinic.caseloads, name="clinic-caseloads"),
    path("c/couples/<uuid:pk>/move/", clinic.move, name="couple-move"),
    path("c/settings/", clinic.settings, name="clinic-settings"),
]
