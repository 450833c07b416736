"""Loaded before Django's settings (`-p tests.environment`): a private data folder, nobody's own settings."""

import atexit
import gc
import os
import shutil
import tempfile
from pathlib import Path

if "GENJIN_TEST_FOLDER" not in os.environ:
    folder = tempfile.mkdtemp(prefix="genjin-test-")
    os.environ["GENJIN_TEST_FOLDER"] = folder
    atexit.register(shutil.rmtree, folder, ignore_errors=True)

for name in [name for name in os.environ if name.startswith("GENJIN_")]:
    if name not in ("GENJIN_TEST_FOLDER", "GENJIN_CORPORA", "GENJIN_TORTURE", "GENJIN_MAIL_TORTURE"):
        del os.environ[name]
# One for each process that runs tests: what one writes, the others must not find.
data = Path(os.environ["GENJIN_TEST_FOLDER"], os.environ.get("PYTEST_XDIST_WORKER", "alone"))
data.mkdir(exist_ok=True)
os.environ["GENJIN_DATA"] = str(data)

gc.disable()  # until everything is loaded, see tests/conftest.py
