# What the scripts say, and how they fail. Sourced, with builtins only: it must work where nothing is installed.

say() { printf '▸ %s\n' "$*"; }

die() { # die 中文 English
    printf '错误：%s\nError: %s\n' "$1" "$2" >&2
    exit 1
}
