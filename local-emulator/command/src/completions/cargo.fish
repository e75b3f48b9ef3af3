
# `cargo api-routes`: the completions of the program for the words that follow.
function __cargo_api_routes_below_cargo
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    complete --do-complete "cargo-api-routes $(string join ' ' -- (string escape -- $words[3..])) $(commandline --cut-at-cursor --current-token)"
end

complete --command cargo --no-files --condition '__fish_seen_subcommand_from api-routes' --arguments '(__cargo_api_routes_below_cargo)'
