"""`python -m tests.rights`: prints the matrix of all addresses and accounts, asked in a generated register.

`--write` puts it into the checked-in list that the suite compares.
"""

import logging
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory


def main() -> None:
    with TemporaryDirectory() as folder:
        for name in ("DATABASE_URL", "DEMO", "HTTPS", "DEBUG", "BEHIND_PROXY", "OIDC_ISSUER"):
            os.environ.pop(name, None)
        os.environ |= {"ENV_FILE": os.devnull, "SECRET_KEY": "only-for-tests-" + "x" * 60, "VAR_DIR": folder}
        os.environ["DJANGO_SETTINGS_MODULE"] = "hightech.settings"
        show(Path(folder), write="--write" in sys.argv)


def show(folder: Path, *, write: bool) -> None:
    # Here, since Django reads its settings when it is imported, and its models need it set up.
    import django
    from django.test import override_settings
    from django.test.utils import setup_test_environment

    from tests.surroundings import settings_in

    django.setup()
    setup_test_environment()
    logging.disable()
    (folder / "static").mkdir()
    with override_settings(**settings_in(folder)):
        from django.core.management import call_command

        from tests.rights import matrix, world

        call_command("migrate", verbosity=0)
        register = world.make()
        lines = list(matrix.table({name: matrix.answers(register, name) for name in matrix.ACCOUNTS}))
    text = "\n".join([*lines, ""])
    if write:
        matrix.LISTED.write_text(text)
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
