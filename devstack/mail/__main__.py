"""`python -m devstack.mail`: run the mail catcher."""

import argparse
import asyncio
from pathlib import Path

from devstack.folders import DATA, private_folder
from devstack.mail.catcher import serve
from devstack.mail.keeping import Letters
from devstack.ports import LOCAL


def _ready(smtp_port: int, page_port: int) -> None:
    print(f"mail is caught at smtp://{LOCAL}:{smtp_port} and shown at http://localhost:{page_port}/", flush=True)


def main() -> None:
    """Read the words and serve."""
    parser = argparse.ArgumentParser(prog="python -m devstack.mail", description=__doc__)
    parser.add_argument("--smtp-port", type=int, default=1025)
    parser.add_argument("--page-port", type=int, default=8025)
    parser.add_argument("--folder", type=Path, default=DATA / "mail")
    words = parser.parse_args()
    private_folder(words.folder.parent)
    asyncio.run(serve(Letters(words.folder), words.smtp_port, words.page_port, _ready))


if __name__ == "__main__":
    main()
