from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in, user_logged_out

        from accounts import receivers

        user_logged_in.connect(receivers.signed_in, dispatch_uid="accounts.signed_in")
        user_logged_out.connect(receivers.signed_out, dispatch_uid="accounts.signed_out")
