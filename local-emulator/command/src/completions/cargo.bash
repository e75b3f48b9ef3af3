
# `cargo api-routes`. Cargo's own completions ask for those of its subcommands only with bash-completion 2.12 or newer.
_cargo_api_routes_below_cargo() {
    if [[ ${COMP_CWORD} -gt 1 && ${COMP_WORDS[1]} == api-routes ]]; then
        COMP_WORDS=(cargo-api-routes "${COMP_WORDS[@]:2}")
        COMP_CWORD=$((COMP_CWORD - 1))
        _cargo_api_routes cargo-api-routes "$2" "$3"
        return
    fi
    if ! declare -F _cargo >/dev/null; then
        # bash-completion loads Cargo's own completions when they are first asked for. They register themselves.
        if declare -F _comp_load >/dev/null; then
            _comp_load cargo
        elif declare -F __load_completion >/dev/null; then
            __load_completion cargo
        fi
        complete -F _cargo_api_routes_below_cargo -o bashdefault -o default cargo
    fi
    if declare -F _cargo >/dev/null; then
        _cargo "$@"
    fi
}

complete -F _cargo_api_routes_below_cargo -o bashdefault -o default cargo
