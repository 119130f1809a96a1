#!/usr/bin/env bash
# Sets up everything for `make demo` and `make test`; safe to run again, quick when nothing changed.
#
#   scripts/setup.sh [library|client|server|development]      (default: development)
#
# Environment: PYTHON            the interpreter to use (default: python3.11, then python3)
#              FDD_TORCH_INDEX   a package index that serves CPU wheels of torch, where the default one does not
#              FDD_SYSTEM=1      install missing system packages (needs root and apt; CI sets it)
set -euo pipefail
cd "$(dirname "$0")/.."
role=${1:-development}
torch=2.13.0
uv=0.13.9

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
fail() { printf '\033[31merror:\033[0m %s\n' "$*" >&2; exit 1; }

# --- system packages: what each is for, and how to get it -------------------------------------------
missing=()
need() { command -v "$1" >/dev/null 2>&1 || [ -x "${4:-/nonexistent}" ] || { missing+=("$2"); say "missing: $2 ($3)"; }; }
need bwrap bubblewrap "strongest isolation of the training process"
if [ "$role" = development ]; then
  need chromium chromium "tests and screenshots of the pages"
  need psql postgresql "tests on PostgreSQL"
  [ -n "$(fc-list :lang=ko 2>/dev/null | head -n 1)" ] || { missing+=(fonts-noto-cjk); say "missing: fonts-noto-cjk (Korean text in screenshots)"; }
fi
if [ ${#missing[@]} -gt 0 ]; then
  if [ "${FDD_SYSTEM:-0}" = 1 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "installing: ${missing[*]}"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  else
    say "to get them: sudo apt-get install ${missing[*]}   (or FDD_SYSTEM=1 as root)"
  fi
fi

# --- Python -----------------------------------------------------------------------------------------
python=${PYTHON:-$(command -v python3.11 || command -v python3 || true)}
[ -n "$python" ] || fail "Python 3.11 is needed: sudo apt-get install python3.11 python3.11-venv"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "$python is older than Python 3.11"
"$python" -c 'import venv, ensurepip' 2>/dev/null || fail "the venv module is missing: sudo apt-get install python3-venv"

lock=requirements.lock
[ "$role" = development ] || lock=requirements/$role.lock
stamp=.venv/.fdd-$role
wanted=$(cat "$lock" packages/*/pyproject.toml scripts/setup.sh | sha256sum | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ]; then
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  if ! .venv/bin/python -c "import importlib.metadata as m, sys; sys.exit(m.version('torch').split('+')[0] != '$torch')" 2>/dev/null; then
    say "installing torch $torch (CPU)"
    .venv/bin/pip install -q --no-deps "torch==$torch+cpu" 2>/dev/null \
      || { [ -n "${FDD_TORCH_INDEX:-}" ] && .venv/bin/pip install -q --no-deps "torch==$torch" --index-url "$FDD_TORCH_INDEX"; } \
      || fail "no CPU wheel of torch $torch was found. Set FDD_TORCH_INDEX to the index of CPU wheels that the PyTorch site names, and run this again. (The default index has CUDA builds of several GB, which FDD never installs by itself.)"
  fi
  say "installing the locked packages ($lock)"
  if .venv/bin/pip install -q "uv==$uv" 2>/dev/null; then
    VIRTUAL_ENV=.venv .venv/bin/uv pip install -q --no-deps --require-hashes -r "$lock"
    install() { VIRTUAL_ENV=.venv .venv/bin/uv pip install -q "$@"; }
  else
    say "uv cannot be had; pip does it, more slowly"
    .venv/bin/pip install -q --require-hashes -r "$lock"
    install() { .venv/bin/pip install -q "$@"; }
  fi
  case $role in
    library) packages=(-e packages/fdd) ;;
    client) packages=(-e packages/fdd -e packages/fdd-client) ;;
    server) packages=(-e packages/fdd -e packages/fdd-server) ;;
    *) packages=(-e packages/fdd -e packages/fdd-client -e packages/fdd-server -e packages/fdd-redteam) ;;
  esac
  install --no-deps --no-build-isolation "${packages[@]}"
  .venv/bin/pip check >/dev/null
  if .venv/bin/pip list 2>/dev/null | grep -qiE '^(nvidia-|triton)'; then fail "a CUDA package was installed; remove .venv and report this"; fi
  echo "$wanted" > "$stamp"
fi

# --- pages ------------------------------------------------------------------------------------------
if [ "$role" = development ] || [ "$role" = server ]; then
  web/build.sh || say "the pages were not built; the server starts without them (try: make ui)"
fi
