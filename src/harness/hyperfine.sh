#!/bin/sh
# Stands before hyperfine on the PATH of a suite: each call leaves its results where revsweep finds
# them, and takes the settings that hold for all revisions in place of its own.
#
# REVSWEEP_HYPERFINE       the launch's private directory
# REVSWEEP_HYPERFINE_RUNS  options that replace -r, -m and -M, or empty
# REVSWEEP_HYPERFINE_WARMUP  likewise -w
dir=$REVSWEEP_HYPERFINE
runs=$REVSWEEP_HYPERFINE_RUNS
warmup=$REVSWEEP_HYPERFINE_WARMUP
own=''

rest=$#
while [ "$rest" -gt 0 ]; do
	arg=$1
	shift
	rest=$((rest - 1))
	takes=no
	kind=''
	case $arg in
	--export-json) kind=export takes=yes ;;
	--export-json=*) kind=export ;;
	-r | -m | -M | --runs | --min-runs | --max-runs) kind=runs takes=yes ;;
	-[rmM][0-9]* | --runs=* | --min-runs=* | --max-runs=*) kind=runs ;;
	-w | --warmup) kind=warmup takes=yes ;;
	-w[0-9]* | --warmup=*) kind=warmup ;;
	esac
	value=${arg#*=}
	if [ $takes = yes ] && [ "$rest" -gt 0 ]; then
		value=$1
		shift
		rest=$((rest - 1))
	fi
	case $kind in
	export)
		own=$value
		continue
		;;
	runs) if [ -n "$runs" ]; then continue; fi ;;
	warmup) if [ -n "$warmup" ]; then continue; fi ;;
	esac
	set -- "$@" "$arg"
	if [ $takes = yes ]; then set -- "$@" "$value"; fi
done

i=0
while [ -e "$dir/result-$i.json" ]; do i=$((i + 1)); done
: >"$dir/result-$i.json"

path=''
IFS=:
for entry in $PATH; do
	if [ "$entry" != "$dir/bin" ]; then path=$path${path:+:}$entry; fi
done
IFS=' '
PATH=$path
export PATH

code=0
# shellcheck disable=SC2086 # options, a word each
hyperfine --export-json "$dir/result-$i.json" $runs $warmup "$@" || code=$?
if [ -s "$dir/result-$i.json" ]; then
	if [ -n "$own" ]; then cp "$dir/result-$i.json" "$own"; fi
else
	rm -f "$dir/result-$i.json"
fi
exit $code
