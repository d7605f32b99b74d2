#!/bin/sh
# A program with JMH from end to end, compiled against the jars of the caller's Maven repository.
repository=${HOME:-/nonexistent}/.m2/repository
. "$SOURCE_ROOT/tests/e2e/lib.sh"

# newest NAME: the jar of that artefact.
newest() {
	find "$repository" -name "$1-[0-9]*.jar" 2>/dev/null | sort -V | tail -n 1
}

core=$(newest jmh-core) processor=$(newest jmh-generator-annprocess)
options=$(newest jopt-simple) math=$(newest commons-math3)
if ! command -v javac >/dev/null || [ -z "$core" ] || [ -z "$processor" ] || [ -z "$options" ] ||
	[ -z "$math" ]; then
	skip 'JMH measures' 'no javac, or no JMH in ~/.m2/repository'
	done_testing
	exit 0
fi

mkdir -p "$top/toy/src/a" "$top/jars"
cp "$core" "$processor" "$options" "$math" "$top/jars"
cd "$top/toy" || exit 99
git init -q
cat >src/a/Bench.java <<'J'
package a;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.*;

@State(Scope.Thread)
public class Bench {
    @Param({"1", "2"})
    public int size;

    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    public void waits() throws InterruptedException {
        Thread.sleep(size * WAIT);
    }

    @Benchmark
    public void fails() {
        throw new IllegalStateException("no device");
    }

    static final int WAIT = 5;
}
J
cat >revsweep.yml <<Y
version: 1
project: toy
build:
  steps:
    - name: compile
      run: |
        mkdir "\$PREFIX/classes"
        cp "$top"/jars/* "\$PREFIX"
        javac -d "\$PREFIX/classes" -cp "\$PREFIX/*" "\$SRC"/src/a/*.java
  provides: {CLASSPATH: "\${PREFIX}/classes:\${PREFIX}/*"}
  verify: test -e "\$PREFIX/classes/META-INF/BenchmarkList"
suite:
  - {name: jmh, harness: jmh, run: java org.openjdk.jmh.Main}
settings: {max_time: 0.05, min_rounds: 1, warmup: off}
measure: {blocks: 5..30}
gates: ["time:20%"]
Y
commit one
git tag v1
sed -i 's/WAIT = 5/WAIT = 10/' src/a/Bench.java
commit two
git tag v2
try revsweep compare v1 v2
expect 'what became slower is seen' 1 'a.Bench.waits:size=1' 'a.Bench.waits:size=2' regressed
expect 'what fails is named with its reason' 1 'a.Bench.fails:size=1' 'no device'
done_testing
