"""Children are kept alive, up to a point, and end in order."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from devstack.errors import StackError
from devstack.logs import LogReader
from devstack.ports import next_free, site_port
from devstack.supervisor import Pace, Spec, Supervisor

QUICK = Pace(first_pause=0.01, longest_pause=0.02, settled_after=60)
STAY = "import signal; print('up', flush=True); signal.pause()"


def spec(name, program, grace=5.0):
    return Spec(name, [sys.executable, "-S", "-E", "-c", program], dict(os.environ), grace)


@pytest.fixture
def supervise(tmp_path):
    made = []

    def build(*specs, pace=QUICK, ending=None):
        ending = ending or [[spec.name for spec in specs]]
        made.append(Supervisor(specs, tmp_path, ending=ending, pace=pace))
        return made[-1]

    yield build
    for supervisor in made:
        supervisor.stop()


def test_it_starts_a_crashed_child_again(supervise, tmp_path, capsys):
    supervisor = supervise(spec("web", STAY))
    child = supervisor.children["web"]
    assert supervisor.tend_until(lambda: "up" in child.log.read_text(), 10)
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    assert supervisor.tend_until(lambda: child.process is not None and child.process.pid != first, 10)
    assert supervisor.tend_until(lambda: child.log.read_text().count("up") == 2, 10)
    assert "web ended with -9" in capsys.readouterr().out


def test_it_gives_up_after_five_crashes_in_a_row_and_shows_the_end_of_the_log(supervise, tmp_path):
    supervisor = supervise(spec("beat", "print('no schedule today'); raise SystemExit(3)"))
    with pytest.raises(StackError, match=r"beat crashed 5 times in a row(?s:.*)no schedule today"):
        supervisor.tend_until(lambda: False, 20)
    assert (tmp_path / "beat.log").read_text().count("no schedule today") == 5


def test_it_forgets_crashes_once_a_child_was_up_for_a_while(supervise):
    supervisor = supervise(spec("web", STAY), pace=Pace(first_pause=0.01, settled_after=0.1))
    child = supervisor.children["web"]
    child.crashes = 4
    child.tend()
    assert supervisor.tend_until(lambda: child.crashes == 0, 10)


def test_it_ends_the_groups_one_after_the_other(supervise, tmp_path):
    said = tmp_path / "order"
    program = (
        "import signal, sys\n"
        f"def end(*_): open({str(said)!r}, 'a').write('NAME '); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\nprint('up', flush=True)\nsignal.pause()"
    )
    specs = [spec(name, program.replace("NAME", name)) for name in ("mail", "web", "worker")]
    supervisor = supervise(*specs, ending=[["web"], ["worker"], ["mail"]])
    assert supervisor.tend_until(lambda: all("up" in c.log.read_text() for c in supervisor.children.values()), 10)
    supervisor.stop()
    assert said.read_text().split() == ["web", "worker", "mail"]


def test_it_kills_what_does_not_end_within_its_grace(supervise):
    program = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); signal.pause()"
    supervisor = supervise(spec("web", program, grace=0.1))
    child = supervisor.children["web"]
    assert supervisor.tend_until(lambda: "up" in child.log.read_text(), 10)
    supervisor.stop()
    assert child.process.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_children_end_when_the_supervisor_is_killed(tmp_path, until):
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom devstack.supervisor import Spec, Supervisor\n"
        f"child = Spec('web', [sys.executable, '-S', '-c', {STAY!r}], dict(os.environ))\n"
        f"supervisor = Supervisor([child], Path({str(tmp_path)!r}), ending=[['web']])\n"
        "supervisor.tend()\nprint(supervisor.children['web'].process.pid, flush=True)\n"
        "supervisor.tend_until(lambda: False)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as runner:
        child = int(runner.stdout.readline())
        until(lambda: "up" in (tmp_path / "web.log").read_text())
        runner.kill()
    until(lambda: not is_running(child))


def is_running(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def test_it_shows_troubles_and_whole_tracebacks_and_nothing_else(tmp_path):
    log = tmp_path / "web.log"
    log.write_text("an ERROR of yesterday\n")
    reader = LogReader(log)
    trace = ["Traceback (most recent call last):", '  File "x.py", line 1', "ValueError: oh"]
    with log.open("a") as file:
        file.write("\n".join(["all is well, no errors", *trace, "on we go", "a WARNING: thin ice", "unfinish"]))
    assert reader.troubles() == [*trace, "a WARNING: thin ice"]


def test_a_taken_port_is_said_with_a_way_out(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(StackError, match=f"Port {port} is taken.*PORT={port + 1}"):
            site_port()
        assert next_free(port) > port


@pytest.mark.parametrize("text", ["http", "0", "70000", "-1"])
def test_a_port_is_a_number(text, monkeypatch):
    monkeypatch.setenv("PORT", text)
    with pytest.raises(StackError, match="must be a number"):
        site_port()
