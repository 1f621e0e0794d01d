"""How the site is served: `.venv/bin/gunicorn` in this folder finds this file, and script/server starts it so."""

import gc
import importlib
import os
import shutil
from typing import Any

from hightech import env

env.read_file()

_host = env.text("HOST", "127.0.0.1")
_cores = len(os.sched_getaffinity(0))

wsgi_app = "hightech.wsgi:application"
bind = [f"{f'[{_host}]' if ':' in _host else _host}:{env.number('PORT', 8000)}"]

# Two processes at least, so that one answers while the other is replaced; each takes some 110 MB beside what all share.
workers = env.number("WEB_PROCESSES", max(2, min(_cores, 8)))
threads = env.number("WEB_THREADS", 8)
worker_class = "hightech.serving.PatientWorker"
worker_connections = 400  # more wait in the kernel's queue
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

timeout = 60  # a process whose main loop does not respond for so long is replaced
graceful_timeout = 30
keepalive = 5
max_requests = 20_000  # a process is replaced before a leak matters
max_requests_jitter = 2_000

limit_request_line = 8190  # a list's address carries its whole filter
# Scheme and SCRIPT_NAME count from the proxy only; what anybody else says of them is dropped.
forwarded_allow_ips = (
    ",".join(map(str, env.networks("PROXY_ADDRESSES", env.LOOPBACK))) if env.flag("BEHIND_PROXY") else ""
)
forwarder_headers = "SCRIPT_NAME"
os.umask(0o077)  # what its processes write is for their owner alone
control_socket_disable = True
loglevel = "warning"

# The site's processes may not hold a table's rows for as long as a job may.
os.environ.setdefault("DATABASE_STATEMENT_SECONDS", "60")

# With METRICS_TOKEN each process counts its requests in files of this folder; counting begins anew with each start.
_counters = env.folder("VAR_DIR", "var") / "metrics"
if env.text("METRICS_TOKEN", ""):
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_counters)


def on_starting(server: Any) -> None:
    """Once, before the first process is made; a new version of the program is read by a new start only."""
    shutil.rmtree(_counters, ignore_errors=True)
    if env.text("METRICS_TOKEN", ""):
        _counters.mkdir(parents=True)
    # The program is read once, and the processes share its memory as long as they do not write to it.
    for program in ("hightech.wsgi", "hightech.urls"):
        importlib.import_module(program)
    gc.collect()
    gc.freeze()  # else the first collection of each process writes to all of it
