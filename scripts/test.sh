#!/usr/bin/env bash
# All checks, with the seconds that each took. `check` runs only the fast part.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
export PYTHONWARNINGS=${PYTHONWARNINGS:-}
failed=() budget=()

suite() { # name command…
  local name=$1 started=$SECONDS
  shift
  printf '\n\033[1m== %s\033[0m\n' "$name"
  "$@" || failed+=("$name")
  budget+=("$(printf '%-24s %5d s' "$name" $((SECONDS - started)))")
}
types() { $bin/mypy packages/fdd/src packages/fdd-client/src packages/fdd-server/src packages/fdd-redteam/src benchmarks; }
unit() { $bin/pytest -q -n 2 packages/*/tests/unit packages/*/tests/property packages/*/tests/contract; }
integration() { $bin/pytest -q -n 2 --dist loadfile --no-loadscope-reorder --durations 12 packages/*/tests/integration tests/integration tests/protocol_compat; }
simulation() { $bin/pytest -q -n 2 tests/simulation; }
texts() {
  if command -v npm >/dev/null && [ -d web/node_modules ]; then (cd web && npm run --silent check)
  else echo "not run: no Node here, the pages' own checks need it"; fi
}

suite format $bin/ruff format --check -q packages tests benchmarks scripts conftest.py
suite lint $bin/ruff check -q packages tests benchmarks scripts conftest.py
suite "own rules" $bin/python scripts/rules.py
suite "error pages" $bin/python scripts/errors.py --check
suite references $bin/python scripts/reference.py --check
suite links $bin/python scripts/links.py ./*.md docs deploy packages/*/README.md
suite contracts $bin/lint-imports
suite types types
suite unit unit
if [ "${1:-}" != check ]; then
  suite "pages' texts and types" texts
  suite simulation simulation
  suite integration integration
  suite pages $bin/pytest -q -n 2 --dist loadfile tests/e2e
fi

printf '\n\033[1m== budget\033[0m\n'
printf '%s\n' "${budget[@]}"
printf '%-24s %5d s\n' total $SECONDS
if [ ${#failed[@]} -gt 0 ]; then printf 'FAILED: %s\n' "${failed[@]}"; exit 1; fi
echo "all suites passed"
