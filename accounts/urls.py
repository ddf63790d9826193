from django.urls import path, re_path

from accounts.views import account, devices, factors, passwords, second, signing

# The names that begin with account_ and mfa_ are allauth's: it looks pages up by them.
urlpatterns = [
    path("sign-in/", signing.sign_in, name="account_login"),
    path("sign-out/", signing.sign_out, name="account_logout"),
    path("account-closed/", signing.inactive, name="account_inactive"),
    path("account/reauth/", signing.reauth, name="reauth"),
    path("account/left/", signing.left, name="session-left"),
    path("sign-in/second/", second.second, name="mfa_authenticate"),
    path("account/again/", second.again, name="account_reauthenticate"),
    path("account/again/code/", second.again, name="mfa_reauthenticate"),
    path("account/again/passkey/", second.again, name="mfa_reauthenticate_webauthn"),
    path("account/security/", factors.index, name="mfa_index"),
    path("account/security/totp/", factors.totp, name="mfa_activate_totp"),
    path("account/security/totp/remove/", factors.remove_totp, name="mfa_deactivate_totp"),
    path("account/security/passkeys/", factors.passkeys, name="mfa_add_webauthn"),
    path("account/security/passkeys/<uuid:ref>/", factors.remove_passkey, name="mfa_remove_webauthn"),
    path("account/security/recovery-codes/", factors.recovery_codes, name="mfa_view_recovery_codes"),
    path("account/security/devices/", devices.end_others, name="devices-end-others"),
    path("account/security/devices/<uuid:pk>/", devices.end, name="device-end"),
    path("account/closed/", account.locked, name="account-locked"),
    path("welcome/", account.welcome, name="welcome"),
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
