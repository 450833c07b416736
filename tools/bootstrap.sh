#!/bin/sh
# Makes or refreshes .venv for one purpose (demo or test); does nothing when nothing changed.
# Usage: tools/bootstrap.sh demo|test
set -eu
cd "$(dirname "$0")/.."
purpose=$1
[ "$purpose" = test ] && lock=requirements/dev.txt || lock=requirements/build.txt

fail() { printf '%s\n' "$*" >&2; exit 1; }

may_install() { command -v apt-get >/dev/null 2>&1 && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
apt_install() {
    may_install || return 1
    as_root apt-get update -qq >/dev/null && \
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

find_python() {
    for name in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 || continue
        "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' && { echo "$name"; return; }
    done
}

if [ ! -x .venv/bin/python ]; then
    python=$(find_python || true)
    [ -n "$python" ] || fail "Genjin needs Python 3.11 or newer; this machine has $(python3 --version 2>&1 || echo none). Install it, or name one with PYTHON=…"
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "Installing python3-venv …"
        apt_install python3-venv || fail "Python's venv module is missing; install it first: apt-get install python3-venv"
    fi
    "$python" -m venv .venv || fail "A virtual environment could not be made in .venv; is the folder writable?"
fi

missing=""
if [ "$purpose" = test ]; then
    [ -x "$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | tail -1)" ] || missing="$missing postgresql"
    command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
    fc-list 2>/dev/null | grep -qi 'cjk' || missing="$missing fonts-noto-cjk"
fi
if [ -n "$missing" ]; then
    echo "Installing for the live tests:$missing …"
    # Beside the libraries below: neither needs the other, and both mostly wait for the network.
    # shellcheck disable=SC2086
    apt_install $missing &
    apt=$!
fi

stamp=.venv/.installed-$purpose
wanted=$(cat "$lock" pyproject.toml | sha256sum | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ]; then
    echo "Installing Genjin's libraries …"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r "$lock" \
        || fail "The libraries could not be installed; is there a network, and does a wheel exist for this Python?"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . \
        || fail "Genjin itself could not be installed into .venv; the message above says why."
    echo "$wanted" > "$stamp"
fi
.venv/bin/python -m tools.assets
.venv/bin/python -m tools.messages compile

[ -z "$missing" ] || wait "$apt" || fail "The live tests need$missing; install them first: apt-get install$missing"
