from django.urls import path, re_path

from accounts.views import account, passwords, signing

# The names that begin with account_ are allauth's: it looks pages up by them.
urlpatterns = [
    path("sign-in/", signing.sign_in, name="account_login"),
    path("sign-out/", signing.sign_out, name="account_logout"),
    path("account-closed/", signing.inactive, name="account_inactive"),
    path("account/reauth/", signing.reauth, name="reauth"),
    path("account/left/", signing.left, name="session-left"),
    path("account/", account.account, name="account"),
    path("account/messages/", account.reminders, name="account-messages"),
    path("account/password/", passwords.change, name="account_change_password"),
    path("unsubscribe/<str:token>/", account.unsubscribe, name="unsubscribe"),
    path("password/reset/", passwords.ask, name="account_reset_password"),
    path("password/reset/sent/", passwords.asked, name="account_reset_password_done"),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9a-f]{32})-(?P<key>[^/]+)/$",
        passwords.choose,
        name="account_reset_password_from_key",
    ),
    path("password/reset/done/", passwords.chosen, name="account_reset_password_from_key_done"),
]
