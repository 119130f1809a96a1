#!/usr/bin/env bash
# Compiles the hashed, universal locks from requirements/*.in. FDD_WHEELS names a folder with the CPU wheel of torch.
set -euo pipefail
cd "$(dirname "$0")/.."
compile() {
  UV_FIND_LINKS=${FDD_WHEELS:-} .venv/bin/uv pip compile -q --universal --generate-hashes --python-version 3.11 \
    --override requirements/overrides.txt --no-emit-package torch --no-header --no-annotate "$1" -o "$2"
}
compile requirements/development.in requirements.lock
for role in library client server; do compile "requirements/$role.in" "requirements/$role.lock"; done
! grep -nE '^(nvidia-|triton)|https?://' requirements.lock requirements/*.lock
