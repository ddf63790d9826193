# The production image: the packages and the static files are made in the first stage and copied into the second.
FROM python:3.11.14-slim-bookworm AS build

WORKDIR /app
ENV PYTHONDONTWRITEBYTECODE=1
COPY requirements/base.txt requirements/base.txt
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes --only-binary :all: --requirement requirements/base.txt \
    && /venv/bin/python -m compileall -q /venv
COPY . .
# collectstatic reads the settings, so it gets values that are good for nothing else and stay in this stage
RUN ENVIRONMENT=production \
    SECRET_KEY=only-for-the-build-only-for-the-build-only-for-the-build-only \
    ALLOWED_HOSTS=build.invalid \
    SITE_URL=https://build.invalid \
    DATABASE_URL=postgres://nobody@build.invalid/none \
    REDIS_URL=redis://build.invalid:6379/0 \
    EMAIL_URL=smtp://build.invalid:25 \
    DEFAULT_FROM_EMAIL=nobody@build.invalid \
    /venv/bin/python manage.py collectstatic --no-input -v 0


FROM python:3.11.14-slim-bookworm

RUN groupadd --gid 10001 eyelevel \
    && useradd --uid 10001 --gid eyelevel --no-create-home --home-dir /tmp --shell /usr/sbin/nologin eyelevel
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=intimacy_site.settings \
    ENVIRONMENT=production
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["python", "deploy/healthy.py", "web"]
ENTRYPOINT ["deploy/entry"]
CMD ["web"]
