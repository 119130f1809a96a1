#!/usr/bin/env bash
# Proves that two installs compute the same: makes two virtual environments from the built wheel of
# `fdd` and the locked packages, differs all that must not matter (place, hash seed, time zone,
# language, number of processes), and compares the digests of pipeline, reference set and datasets.
#
#   scripts/two_installs.sh [SET…]      sets of `fdd fetch` in FDD_DATA_DIR; without any, drugs with
#                                       computed values
set -euo pipefail
cd "$(dirname "$0")/.."
torch=$(sed -n 's/^torch=//p' scripts/setup.sh)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp -r packages/fdd "$work/source"  # a build leaves files behind
.venv/bin/pip wheel -q --no-deps --no-build-isolation --wheel-dir "$work" "$work/source"

cat > "$work/digests.py" <<'PY'
import json, sys, tempfile
from pathlib import Path

from fdd.chem.pipeline import Pipeline
from fdd.data.aggregate import build
from fdd.data.mapping import guess
from fdd.data.readers import read_table

def tables(names):
    from fdd.data.sources import load
    yield from ((name, *load(name)) for name in names)
    if not names:
        from fdd.data.drugs import DRUGS
        with tempfile.TemporaryDirectory() as place:
            file = Path(place) / "drugs.csv"
            rows = (f"{s},{len(s) * 37 % 80 / 10 - 2:.2f}" for s in DRUGS.values())
            file.write_text("SMILES,logD\n" + "\n".join(rows) + "\n")
            table = read_table(file)
        yield "drugs", table, guess(table).mapping

if __name__ == "__main__":
    pipeline, processes = Pipeline(), int(sys.argv[1])
    found = {"pipeline": pipeline.identity(), **pipeline.reference.model_dump()}
    for name, table, mapping in tables(sys.argv[2:]):
        built = build(table, mapping, pipeline, b"0123456789abcdef", processes=processes)
        found[f"{name}: {len(built.dataset)} molecules"] = built.dataset.digest()
    print(json.dumps(found))
PY

install() { # name
  local home=$work/$1
  "${PYTHON:-python3.11}" -m venv "$home"
  "$home/bin/pip" install -q --no-deps "torch==$torch+cpu" 2>/dev/null \
    || "$home/bin/pip" install -q --no-deps "torch==$torch" --index-url "$FDD_TORCH_INDEX"
  "$home/bin/pip" install -q --no-deps --require-hashes -r requirements/library.lock
  "$home/bin/pip" install -q --no-deps --no-index "$work"/fdd-*.whl
}

install one
install another-place
sets=("$@")
(cd / && PYTHONHASHSEED=1 TZ=Asia/Seoul LC_ALL=C.UTF-8 \
  "$work/one/bin/python" "$work/digests.py" 1 "${sets[@]}") > "$work/one.json"
(cd "$work" && PYTHONHASHSEED=2 TZ=America/New_York LC_ALL=C \
  "$work/another-place/bin/python" "$work/digests.py" 2 "${sets[@]}") > "$work/another.json"

.venv/bin/python - "$work/one.json" "$work/another.json" <<'PY'
import json, sys
one, another = (json.load(open(path)) for path in sys.argv[1:])
for name in one:
    print(f"{'same ' if one[name] == another.get(name) else 'OTHER'}  {name}  {one[name][:16]}")
sys.exit(one != another)
PY
