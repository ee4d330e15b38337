#!/bin/sh
# Makes .venv with the locked dependencies and this project in it. Needs Python 3.11 or newer and a package index.
set -eu

find_python() {
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    echo "Orderloom needs Python 3.11 or newer; none was found on the path." >&2
    exit 1
}

# Debian and Ubuntu keep the part of Python that puts pip into a new environment in a package of its own.
make_environment() {
    if "$python" -c 'import ensurepip' 2>/dev/null; then
        "$python" -m venv --clear .venv
    elif "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m venv --clear --without-pip .venv
        "$python" -m pip --python .venv/bin/python install --quiet pip
    elif command -v uv >/dev/null 2>&1; then
        uv venv --quiet --clear --seed --python "$python" .venv
    elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        echo "Installing python$version-venv, which this Python lacks."
        apt-get update -qq && apt-get install -qq -y --no-install-recommends "python$version-venv" >/dev/null
        "$python" -m venv --clear .venv
    else
        echo "This Python can make no environment with pip: install python3-venv (apt-get install python3-venv)." >&2
        exit 1
    fi
}

python=$(find_python)
echo "Making .venv with $("$python" --version)"
make_environment
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/develop.txt
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
