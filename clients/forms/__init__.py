from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from accounts.fields import AddressField, NameField, NewPasswordField, NewPasswordForm, ZoneField
from accounts.models import User
from accounts.validators import mailbox, plain_text
from clients import queries, questions
from clients.models import Clinic, Membership
from clients.states import ContentKind, Wish

ALIAS_HINT = _("How you find them on your lists. Partners never see it. Leave out surnames.")
THERAPIST, ADMIN = "therapist", "admin"


class JoinForm(NewPasswordForm):
    """What someone who accepts an invitation says of themselves."""

    chosen_name = NameField(label=_("Name"), help_text=_("What you want to be called here."))
    pronouns = NameField(
        label=_("Pronouns"),
        max_length=40,
        required=False,
        help_text=_("The words others use for you, for example they/them."),
    )
    time_zone = ZoneField()
    password = NewPasswordField(label=_("Password"))
    field_order = ["chosen_name", "pronouns", "time_zone", "password"]

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, user=User(email=email), **kwargs)

    def clean_password(self) -> str:
        self.user.chosen_name = self.cleaned_data.get("chosen_name", "")
        return super().clean_password()


class CoupleForm(forms.Form):
    """A new couple: two people in two identical blocks. Neither comes first."""

    alias = NameField(label=_("Name on your lists"), help_text=ALIAS_HINT, missing=_("Enter a name for your lists."))
    time_zone = ZoneField(help_text=_("Where they live. Each of them can choose their own zone later."))
    name_1 = NameField(label=_("Name"), missing=_("Enter the name of one partner."))
    email_1 = AddressField(missing=_("Enter the e-mail address of one partner."))
    name_2 = NameField(label=_("Name"), missing=_("Enter the name of the other partner."))
    email_2 = AddressField(missing=_("Enter the e-mail address of the other partner."))

    def __init__(self, *args: Any, memberships: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(memberships) > 1:
            self.fields["clinic"] = forms.ChoiceField(
                label=_("Clinic"), choices=[(str(m.pk), m.clinic.name) for m in memberships]
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        one, other = data.get("email_1"), data.get("email_2")
        if one and other and mailbox(one) == mailbox(other):
            self.add_error(
                "email_2",
                _("Both addresses lead to the same mailbox. Each partner needs one that only they read."),
            )
        return data

    @property
    def people(self) -> list[tuple[str, str]]:
        data = self.cleaned_data
        return [(data["name_1"], data["email_1"]), (data["name_2"], data["email_2"])]

    def blocks(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [
            (_("One partner"), [self["name_1"], self["email_1"]]),
            (_("The other partner"), [self["name_2"], self["email_2"]]),
        ]


class CoupleEditForm(forms.Form):
    alias = NameField(label=_("Name on your lists"), help_text=ALIAS_HINT, missing=_("Enter a name for your lists."))
    time_zone = ZoneField(help_text=_("Where they live."))
    release_at = forms.TimeField(
        label=_("Release time"),
        help_text=_("What a partner offers to the other can be read from this time on, and be taken back until then."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": _("Enter a time like 18:00."), "invalid": _("Enter a time like 18:00.")},
    )


class PlaceForm(forms.Form):
    """A name or an address put right, before its person has joined."""

    name = NameField(label=_("Name"))
    email = AddressField()

    def __init__(self, *args: Any, taken: list[str], **kwargs: Any) -> None:
        self.taken = {mailbox(address) for address in taken}
        super().__init__(*args, **kwargs)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if mailbox(email) in self.taken:
            raise forms.ValidationError(
                _("Both addresses lead to the same mailbox. Each partner needs one that only they read.")
            )
        return email


def roles_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Role"),
        choices=[
            (THERAPIST, _("Therapist: treats couples")),
            (ADMIN, _("Clinic admin: manages people and caseloads, sees nothing clinical")),
        ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one role."),
            "invalid_choice": _("Choose a role from the list."),
        },
    )


class RolesForm(forms.Form):
    roles = roles_field()

    @property
    def given(self) -> dict[str, bool]:
        roles = self.cleaned_data["roles"]
        return {"is_therapist": THERAPIST in roles, "is_admin": ADMIN in roles}


class StaffForm(RolesForm):
    name = NameField(label=_("Name"))
    email = AddressField()
    field_order = ["clinic", "name", "email", "roles"]

    def __init__(self, *args: Any, clinics: list[Clinic], **kwargs: Any) -> None:
        self.clinics = {str(clinic.pk): clinic for clinic in clinics}
        super().__init__(*args, **kwargs)
        if len(clinics) > 1:
            choices = [(pk, clinic.name) for pk, clinic in self.clinics.items()]
            self.fields["clinic"] = forms.ChoiceField(label=_("Clinic"), choices=choices)
            self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("email") and self.clinic and queries.is_on_staff(self.clinic, data["email"]):
            self.add_error("email", _("Somebody with this address is already on your staff."))
        return data

    @property
    def clinic(self) -> Clinic | None:
        if len(self.clinics) == 1:
            return next(iter(self.clinics.values()))
        return self.clinics.get(self.cleaned_data.get("clinic", ""))


class DocumentForm(forms.Form):
    """The next version of what a clinic asks people to agree to."""

    title = NameField(label=_("Title"), max_length=120, missing=_("Enter a title."))
    text = forms.CharField(
        label=_("Text"),
        help_text=_(
            "An empty line begins a paragraph, ## a heading, and a dash a line of a list. *Stars* set words apart."
        ),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 24, "data-grow": True}),
        validators=[plain_text],
        error_messages={
            "required": _("Enter the text."),
            "max_length": _("Use at most %(limit_value)d characters."),
            "null_characters_not_allowed": _("Leave out hidden characters."),
        },
    )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n")


class ClinicForm(forms.Form):
    name = NameField(label=_("Name of the clinic"), max_length=120)
    time_zone = ZoneField(help_text=_("Where the clinic is."))
    crisis_text = forms.CharField(
        label=_("Help in a crisis"),
        help_text=_("Telephone numbers and places to turn to, one a line. Everyone here can read them at any time."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        validators=[plain_text],
        error_messages={"null_characters_not_allowed": _("Leave out hidden characters.")},
    )
    exit_url = forms.URLField(
        label=_("Where leaving quickly leads"),
        help_text=_("A page that anybody might have open, such as the weather or the news. It starts with https://"),
        assume_scheme="https",
        max_length=200,
        validators=[URLValidator(schemes=["https"], message=_("Enter an address that starts with https://"))],
        error_messages={
            "required": _("Enter an address that starts with https://"),
            "invalid": _("Enter an address that starts with https://"),
        },
    )
    hold_minutes = forms.IntegerField(
        label=_("Minutes before a therapist can read"),
        help_text=_("So long a partner can change their mind about what they send. From 0 to 60."),
        min_value=0,
        max_value=60,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Enter a whole number from 0 to 60.")
        ),
    )
    most_open = forms.IntegerField(
        label=_("Open exercises a person has at most"),
        help_text=_("A therapist who gives one more takes another back. Partners are not told of it. From 1 to 20."),
        min_value=1,
        max_value=20,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Enter a whole number from 1 to 20.")
        ),
    )


class NextSessionForm(forms.Form):
    """The day on which a couple comes next, or none."""

    next_session_on = forms.DateField(
        label=_("Next session"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the date as in 2027-03-31, or leave it empty.")},
    )


class CheckInForm(forms.Form):
    """The private questions, the same for everybody: nothing chosen beforehand, nothing that has to be answered."""

    hide_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions.VERSIONS[questions.CURRENT]:
            self.fields[question.key] = forms.ChoiceField(
                label=str(question.text),
                choices=list(questions.OPTIONS.items()),
                required=False,
                widget=forms.RadioSelect,
            )

    def said(self) -> dict[str, str]:
        """The letter of each question that was answered. What is no answer counts as none: no problem is shown."""
        self.full_clean()
        return {key: letter for key, letter in self.cleaned_data.items() if letter}


class BoundariesForm(forms.Form):
    """What somebody says to each kind of content."""

    hide_optional = True

    def __init__(self, *args: Any, wishes: Mapping[ContentKind, Wish], **kwargs: Any) -> None:
        kwargs["initial"] = {kind.value: wish.value for kind, wish in wishes.items()}
        super().__init__(*args, **kwargs)
        for kind in ContentKind:
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label, choices=Wish.choices, required=False, widget=forms.RadioSelect
            )

    def said(self) -> dict[ContentKind, Wish]:
        return {kind: Wish(self.cleaned_data[kind.value] or Wish.UNSAID) for kind in ContentKind}
