#!/bin/sh
# What is checked out against the commit where it left its base, for Jenkins and every other system
# that runs a shell. Usage: compare.sh [BASE] (default: the target of a change request in Jenkins, or
# the default branch of origin). Options of `revsweep compare` may follow BASE.
#
# Reports lie in $REPORTS (default: reports); in a Jenkinsfile:
#
#	stage('Benchmarks') {
#		steps { sh 'ci/compare.sh' }
#		post { always { junit 'reports/revsweep.xml'; archiveArtifacts 'reports/*' } }
#	}
set -eu
reports=${REPORTS:-reports}
base=${1:-${CHANGE_TARGET:+origin/$CHANGE_TARGET}}
[ $# -eq 0 ] || shift
if [ -z "$base" ]; then
	base=$(git symbolic-ref --quiet --short refs/remotes/origin/HEAD) || base=origin/main
fi
# A shallow clone lacks the base.
if [ "$(git rev-parse --is-shallow-repository)" = true ]; then
	git fetch --quiet --unshallow
fi

mkdir -p "$reports"
rm -f "$reports"/revsweep.*
code=0
revsweep compare "base=merge-base:$base,HEAD" head=HEAD --budget 20m \
	--report "$reports/revsweep.xml" --report "$reports/revsweep.json" \
	--report "$reports/revsweep.html" --report "$reports/revsweep.svg" "$@" || code=$?
case $code in
0 | 1 | 3 | 9) revsweep export --bundle "$reports/revsweep.rsb" ;;
esac
case $code in
0) echo "no benchmark is slower than its gate allows" ;;
1) echo "some benchmark is slower than its gate allows: $reports/revsweep.html" ;;
3) echo "some revision or benchmark failed: $reports/revsweep.html" ;;
9) echo "not every verdict could be told: $reports/revsweep.html" ;;
*) echo "nothing was compared" ;;
esac
exit "$code"
