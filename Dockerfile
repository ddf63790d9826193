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


FROM python:3.11.14-slim-bookworm AS app

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


# The same with pg_dump and pg_restore, for the operator and the backups alone. Debian 12 has those of PostgreSQL 15,
# which cannot dump a server of 18; postgresql-common brings the key and the address of the PostgreSQL project's own.
FROM app AS operator

USER root
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates postgresql-common \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install --yes --no-install-recommends postgresql-client-18 \
    && rm -rf /var/lib/apt/lists/* \
    && install --directory --mode 0700 --owner 10001 --group 10001 /erasures /backups/data /backups/keys
ENV PG_BIN=/usr/lib/postgresql/18/bin
USER 10001:10001
HEALTHCHECK NONE
