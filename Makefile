# A word for each thing people do. What they call lives in .ci; `make help` lists them.

.PHONY: help demo test bench format ci

help:
	@.ci/help

demo:
	@.ci/demo

test:
	@.ci/test

bench:
	@.ci/bench

format:
	@.ci/format

ci:
	@.ci/run
