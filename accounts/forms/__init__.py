from accounts.forms.account import (
    AccountForm,
    ChangePasswordForm,
    PasswordAgainForm,
    RemindersForm,
    ResetForm,
    SignInForm,
)
from accounts.forms.factors import CodeAgainForm, CodeForm, NewPasskeyForm, PasskeyAgainForm, PasskeyForm, TotpForm

__all__ = [
    "AccountForm",
    "ChangePasswordForm",
    "CodeAgainForm",
    "CodeForm",
    "NewPasskeyForm",
    "PasskeyAgainForm",
    "PasskeyForm",
    "PasswordAgainForm",
    "RemindersForm",
    "ResetForm",
    "SignInForm",
    "TotpForm",
]
