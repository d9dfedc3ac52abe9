# Sourced by scripts/run and scripts/test: the one way in which an environment is made.
# shellcheck shell=bash

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

say() {
    printf '%s\n' "parcelray: $*" >&2
}

give_up() {
    say "$*"
    exit 2
}

# Prints the first Python that the locks were made for; fails when there is none.
find_python() {
    local candidate
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

# from_debian PACKAGE WHY: root fetches a package of Debian's, everybody else is told how.
from_debian() {
    local package="$1" why="$2" output
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        give_up "$why. Please run: sudo apt-get install $package (then start this again)"
    fi
    say "installing $package: $why"
    export DEBIAN_FRONTEND=noninteractive
    # What it says is only of interest when it fails.
    output="$({ apt-get -qq update && apt-get -qq install -y --no-install-recommends "$package"; } 2>&1)" ||
        give_up "apt-get could not install $package: $output"
}

# Debian ships Python without what makes environments.
need_venv_module() {
    local python="$1" package
    "$python" -c 'import ensurepip, venv' 2>/dev/null && return
    package="$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    from_debian "$package" "$python cannot make environments yet"
    "$python" -c 'import ensurepip, venv' || give_up "$python still cannot make environments, though $package is installed"
}

# The tests of the page drive a browser.
need_chromium() {
    command -v chromium >/dev/null || from_debian chromium "the tests of the page need Chromium"
}

# What an environment was made from, in one line. The folder is part of it: an environment cannot be moved.
stamp_of() {
    "$1/bin/python" - "$root" "$2" <<'PYTHON'
import hashlib, pathlib, sys
print(hashlib.sha256(pathlib.Path(sys.argv[2]).read_bytes()).hexdigest(), sys.version.split()[0], sys.argv[1])
PYTHON
}

# True when the stamp in the environment says that it was made from the file as it is now.
is_current() {
    local venv="$1" file="$2" stamp="$3"
    [ -f "$venv/$stamp" ] && [ "$(stamp_of "$venv" "$file" 2>/dev/null)" = "$(cat "$venv/$stamp")" ]
}

# make_packages FOLDER LOCK: an environment with what LOCK names, each file checked against its hash. The stamp is written
# last, so that a broken-off installation is done again.
make_packages() {
    local venv="$1" lock="$2" python
    is_current "$venv" "$lock" .stamp-lock && return
    python="$(find_python)" || give_up "Python 3.11 to 3.14 is needed, and none was found (on Debian: apt-get install python3)"
    need_venv_module "$python"
    say "making ${venv##*/} with $("$python" --version)"
    rm -rf "$venv"
    "$python" -m venv "$venv"
    say "installing the packages of ${lock#"$root"/} (needs the network, takes a minute or two)"
    "$venv/bin/python" -m pip --quiet --disable-pip-version-check install \
        --require-hashes --only-binary :all: --requirement "$lock" ||
        give_up "the packages could not be installed (pip's message is above); starting this again goes on from here"
    stamp_of "$venv" "$lock" >"$venv/.stamp-lock"
}

# make_venv FOLDER LOCK: the same, with this checkout in it. Needs no network when it is up to date.
make_venv() {
    local venv="$1" lock="$2"
    is_current "$venv" "$lock" .stamp-lock && is_current "$venv" "$root/pyproject.toml" .stamp-project && return
    (
        # Two that start at once: the second waits, then finds the work done.
        if command -v flock >/dev/null; then flock 9; fi
        make_packages "$venv" "$lock"
        if ! is_current "$venv" "$root/pyproject.toml" .stamp-project; then
            say "installing parcelray from this folder"
            # The build backend is in the lock: nothing unchecked is fetched to build with.
            "$venv/bin/python" -m pip --quiet --disable-pip-version-check install \
                --no-index --no-deps --no-build-isolation --editable "$root" ||
                give_up "parcelray itself could not be installed (pip's message is above)"
            stamp_of "$venv" "$root/pyproject.toml" >"$venv/.stamp-project"
        fi
    ) 9>"$venv.lock"
}
