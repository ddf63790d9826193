"""
The floor: a bare Django site that shows the same rows to the same signed-in person.

Its middleware is that of `startproject` with Django's own check that someone is signed in; its pages are flat
templates over rows made ready in Python. Of the product it borrows the models, as descriptions of tables, alone.
"""

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "benchmarks.floor.urls.own_urls",
]
