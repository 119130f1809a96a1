#!/usr/bin/env bash
# Builds the manuals in Korean and English into site/: static pages that load nothing from elsewhere.
# The generator lives in an environment of its own, outside the project's lock.
set -euo pipefail
cd "$(dirname "$0")/.."
zensical=0.0.73
tool=.venv-docs

.venv/bin/python scripts/reference.py --check
.venv/bin/python scripts/errors.py --check
.venv/bin/python scripts/links.py ./*.md docs deploy packages/*/README.md

if [ "$(cat $tool/.version 2>/dev/null || true)" != $zensical ]; then
  "${PYTHON:-python3.11}" -m venv $tool
  echo '*' > $tool/.gitignore
  $tool/bin/pip install -q "zensical==$zensical"
  echo $zensical > $tool/.version
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for language in en ko; do
  pages=$work/pages/$language
  mkdir -p "$pages/errors"
  cp docs/$language/*.md "$pages"
  cp docs/reference/errors/$language/*.md "$pages/errors"
  cp -r docs/adr "$pages/adr"
  cp -r deploy "$pages/deploy"
  rm "$pages/deploy/README.md"
  cp SECURITY.md docs/site.css "$pages"
  # In the repository a page links to where the other one lies; in the site all lie together.
  sed -i -E -e "s#\]\(\.\./reference/errors/$language/#](errors/#g" -e 's#\]\(\.\./adr/#](adr/#g' \
    -e 's#\]\(\.\./\.\./deploy/#](deploy/#g' -e 's#\]\(\.\./\.\./SECURITY\.md\)#](SECURITY.md)#g' -e 's#\]\(docs/adr/#](adr/#g' \
    -e 's#\]\(\.\./(en|ko)/index\.md\)#](../\1/index.html)#g' "$pages"/*.md
  sed -i -E "s#\]\(\.\./\.\./\.\./$language/#](../#g" "$pages"/errors/*.md
  cp docs/site.$language.toml "$work"
  (cd "$work" && "$OLDPWD/$tool/bin/zensical" build -f "site.$language.toml")
  rm -f "$work/site/$language/404.html"  # its links only hold at the root of a server
done
cat > "$work/site/index.html" <<'END'
<!doctype html>
<html lang="ko">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>FDD</title>
<body style="font:16px/1.6 system-ui;max-width:36rem;margin:15vh auto;padding:0 1rem">
<h1>FDD</h1>
<p><a href="ko/index.html">설명서</a> · <a href="en/index.html" lang="en">Manuals</a></p>
END
.venv/bin/python scripts/links.py "$work/site"
rm -rf site
mv "$work/site" site
echo "site/index.html"
