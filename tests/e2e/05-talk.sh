#!/bin/sh
# Help, manual pages, completion: all from one table, and all complete.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

cd "$top" || exit 99
try revsweep --version
expect 'the version' 0 revsweep
try revsweep help
expect 'an overview' 0 compare measure init
commands=$(sed -n 's/^  \([a-z]*\) .*/\1/p' "$out")
for c in $commands; do
	try revsweep "$c" --help
	expect "$c --help" 0 usage: examples: --store
	expect_true "$c --help fits 80 columns" sh -c "! COLUMNS=80 '$REVSWEEP' '$c' --help | grep -qE '.{81}'"
	options=$(grep -oE '^  (-.,|   ) --[a-z-]+' "$out" | grep -oE -- '--[a-z-]+' | sort -u)
	revsweep help --all "$c" >"$top/$c.scd"
	missing=
	for o in $options; do
		grep -qF -- "*$o*" "$top/$c.scd" || missing="$missing $o"
	done
	expect_true "$c: every option is in its manual page$missing" [ -z "$missing" ]
	expect_true "$c: the manual page has examples" grep -q '^# EXAMPLES' "$top/$c.scd"
	if command -v scdoc >/dev/null; then
		expect_true "$c: the manual page is well-formed" sh -c "scdoc <'$top/$c.scd' >/dev/null"
	else
		skip "$c: the manual page is well-formed" 'scdoc is not installed'
	fi
done
for shell in bash zsh fish; do
	try revsweep completion $shell
	expect "completion for $shell" 0 revsweep
done
try revsweep completion words -- compare
expect 'completion knows the options' 0 --format --fail
try revsweep completion words -- compare --format
expect 'completion knows the values' 0 markdown
try bash -c 'eval "$('"$REVSWEEP"' completion bash)"; COMP_WORDS=(revsweep comp); COMP_CWORD=1; PATH=$(dirname '"$REVSWEEP"'):$PATH _revsweep; echo "${COMPREPLY[@]}"'
expect 'completion works in bash' 0 compare
try revsweep doctor
expect 'doctor' 0 machine helper
try revsweep measure --runs 5 -- true
expect 'measure' 0 '5 runs' mean
try revsweep measure --runs 3 --format json -- sh -c 'exit 0'
expect 'measure as json' 0 '"times"'
try revsweep measure -- false
expect 'measuring what fails' 3 'exited with 1'
try revsweep measure -- no-such-program
expect 'measuring what is not there' 2 no-such-program
try revsweep recipes
expect 'recipes' 0 meson cmake autotools python-venv
try revsweep recipes make
expect 'a recipe to copy' 0 'steps:'
done_testing
