# Which Python this machine has for us. Sourced after say.sh; builtins only.

is_new_enough() {
    command -v "$1" >/dev/null 2>&1 && "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1
}

find_python() {
    local home="${HOME:-/nonexistent}" candidate
    for candidate in ${PYTHON:+"$PYTHON"} python3.13 python3.12 python3.14 python3 \
        "${PYENV_ROOT:-$home/.pyenv}"/versions/3.*/bin/python3 "$home"/.local/share/uv/python/*/bin/python3; do
        if is_new_enough "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    return 1
}

need_python() { # prints the newest Python that will do, or ends with what to install
    find_python || die \
        "需要 Python 3.12 或更新版本（带 venv 模块），这台机器上没有找到。Debian 13 / Ubuntu 24.04：apt-get install python3 python3-venv；较旧的系统用 uv（uv python install 3.13）或 pyenv（pyenv install 3.13）；已装在别处时设置 PYTHON=/路径/python3。" \
        "Python 3.12 or newer (with its venv module) is needed and was not found. Debian 13 / Ubuntu 24.04: apt-get install python3 python3-venv; on older systems use uv (uv python install 3.13) or pyenv (pyenv install 3.13); if it lives elsewhere set PYTHON=/path/to/python3."
}
