# A word for each thing people do. What they call lives in .ci; `make help` lists them.

.PHONY: help demo test bench soak baseline sanitize flaky schedules defects vectors damage \
	fuzz kills outcome-invariants order-streams books format ci

help:
	@.ci/help

demo:
	@.ci/demo

test:
	@.ci/test

bench:
	@.ci/bench

soak:
	@.ci/bench --memory-events 1e8

baseline:
	@.ci/bench --samples 11 --record Benchmarks/Baselines

sanitize:
	@.ci/sanitize

flaky:
	@.ci/flaky $(or $(N),200)

schedules:
	@.ci/schedules $(or $(N),100000)

defects:
	@.ci/defects $(or $(N),10000)

vectors:
	@.ci/vectors

damage:
	@.ci/damage

outcome-invariants:
	@.ci/outcome-invariants $(or $(N),1000)

order-streams:
	@.ci/order-streams $(or $(N),100000)

books:
	@.ci/books $(or $(N),10000)

fuzz:
	@.ci/fuzz $(or $(SECONDS),60)

kills:
	@.ci/kills $(or $(N),1000)

format:
	@.ci/format

ci:
	@.ci/run
