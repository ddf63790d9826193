"""`run.py up`: the stores, the site, its worker, its clock and a mail catcher, until Ctrl-C."""

import http.client
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from devstack import environment, prepare
from devstack.console import say
from devstack.errors import StackError
from devstack.folders import DATA, private_folder
from devstack.locks import FileLock
from devstack.ports import LOCAL, next_free, site_port
from devstack.stores import Stores, is_set
from devstack.supervisor import Spec, Supervisor

# no new work is taken in before the work under way is done; mail goes last, so that it can still be delivered
ENDING = (("web", "beat"), ("worker", "exporter"), ("mail",))
HEALTH_PATIENCE = 90.0


@contextmanager
def only_one_here() -> Iterator[float]:
    """Refuses a second run in this folder; gives how long to wait for the port of a run that was killed."""
    lock = FileLock(private_folder(DATA) / "run.lock")
    if not lock.try_exclusive():
        raise StackError(f"Eye Level is running already in this folder (process {lock.read_note() or 'unknown'}).")
    killed = bool(lock.read_note())
    try:
        lock.note(str(os.getpid()))
        yield 15.0 if killed else 0.0
        lock.note("")
    except BaseException:
        lock.note("")
        raise
    finally:
        lock.release()


def mail_spec(variables: Mapping[str, str], smtp_port: int, page_port: int) -> Spec:
    """The mail catcher."""
    words = ["--smtp-port", str(smtp_port), "--page-port", str(page_port), "--folder", str(DATA / "mail")]
    return Spec("mail", [sys.executable, "-m", "devstack.mail", *words], variables, grace=3)


def site_specs(variables: Mapping[str, str], port: int) -> list[Spec]:
    """The site, its worker and its clock."""
    python = [sys.executable, "-m"]
    reload = ["--reload"] if os.environ.get("RELOAD") == "1" else []
    web = [
        "gunicorn",
        "intimacy_site.wsgi",
        "--bind",
        f"{LOCAL}:{port}",
        "--worker-class",
        "gthread",
        "--workers",
        "2",
    ]
    celery = ["celery", "-A", "intimacy_site"]
    web_variables, variables = environment.serving("web", variables), environment.serving("worker", variables)
    # Celery warns root, which is who a newcomer in a container is
    calm = {"PYTHONWARNINGS": "ignore::RuntimeWarning:celery.platforms"}
    alone = ["--loglevel", "info", "--without-gossip", "--without-mingle"]
    worker = [*celery, "worker", "--concurrency", "2", *alone]
    # with the keys, and as the site: it makes each person's own file as that person
    exporter = [*celery, "worker", "--hostname", "exporter@%h", "--queues", "exports", "--concurrency", "1", *alone]
    beat = [*celery, "beat", "--loglevel", "info", "--schedule", str(DATA / "beat-schedule"), "--pidfile", ""]
    return [
        Spec(
            "web",
            [*python, *web, "--threads", "4", "--no-control-socket", "--graceful-timeout", "8", *reload],
            web_variables,
            grace=10,
        ),
        Spec("worker", [*python, *worker], {**variables, **calm}, grace=25),
        Spec("exporter", [*python, *exporter], {**web_variables, **calm}, grace=25),
        Spec("beat", [*python, *beat], {**variables, **calm}, grace=5),
    ]


def is_healthy(port: int) -> bool:
    """True when /healthz/ answers 200."""
    connection = http.client.HTTPConnection(LOCAL, port, timeout=2)
    try:
        connection.request("GET", "/healthz/")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def announce(port: int, page_port: int | None, sign_ins: str) -> None:
    """Where to click, and as whom."""
    say("ready\n")
    print(f"  Eye Level   http://localhost:{port}/")
    if page_port:
        print(f"  Its mail    http://localhost:{page_port}/")
    if sign_ins:
        print("\n" + "\n".join(f"  {line}" for line in sign_ins.splitlines()))
    print(f"\n  Logs are in {DATA / 'logs'}. Ctrl-C ends everything; the data stays.\n", flush=True)


def supervise(specs: list[Spec], port: int, page_port: int | None, sign_ins: str) -> None:
    """Watch until somebody asks for the end; raises StackError when it cannot go on."""
    supervisor = Supervisor(specs, DATA / "logs", ending=ENDING)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, supervisor.on_signal)
    try:
        if supervisor.tend_until(lambda: is_healthy(port), HEALTH_PATIENCE):
            announce(port, page_port, sign_ins)
            supervisor.tend_until(lambda: False)
        elif not supervisor.ending:
            raise StackError(f"The site did not answer within {HEALTH_PATIENCE:.0f} seconds; see {DATA / 'logs'}.")
    finally:
        say("stopping")
        supervisor.stop()


def up() -> None:
    """Everything, in order; the stores come first and go last."""
    with only_one_here() as patience:
        port = site_port(patience)
        own_mail = not is_set("EMAIL_URL")
        smtp_port = next_free(1025) if own_mail else 0
        page_port = next_free(8025) if own_mail else None
        say("starting PostgreSQL and Valkey")
        with Stores() as stores:
            variables = environment.development(stores.environment(), port=port, mail_port=smtp_port)
            prepare.migrate(stores, variables)
            prepare.collect_static(variables)
            sign_ins = prepare.load_content(variables)
            specs = site_specs(variables, port)
            if page_port:
                specs.insert(0, mail_spec(variables, smtp_port, page_port))
            supervise(specs, port, page_port, sign_ins)
        say("stopped; the data is safe in .data")
