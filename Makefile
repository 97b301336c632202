# The two commands of the README are `make demo` and `make test`. Both fetch what they need into this
# folder and need no root beyond a C compiler.

SHELL := /bin/bash

# Measured data too large or not clearly licensed enough to be carried along; tests that read it say
# `skipped` where the folder is absent.
ifneq ($(wildcard ../shared/data/README.md),)
export BALISE_DATA ?= $(abspath ../shared/data)
endif

# Tests by what they spend. Those that wait (for a group of alerts, the end of a minute, a part that comes back) run beside
# those that reckon; those that keep time on a line or in a browser run when the machine is theirs. All see the same build.
EVERY := $(sort $(basename $(notdir $(wildcard tests/*.rs */tests/*.rs))))
TIMED := load page_browser page_figures real_battery rig
WAITING := captures collected delivery failures late outages page_prometheus ports stack
RECKONING := $(filter-out $(TIMED) $(WAITING),$(EVERY))
TESTS := cargo test --workspace --locked --no-fail-fast

.PHONY: demo test test-timed test-waiting test-reckoning bench soak tools rig-vm

# A January week in three minutes. SEED=n draws other faults; BREAK=rule, estimator or receiver spoils
# one link, and the verdict must notice.
demo: tools
	cargo build --release --locked
	target/release/balise demo $(if $(SEED),--seed $(SEED)) $(if $(BREAK),--break $(BREAK)) $(if $(OUT),--out $(OUT))

test: tools
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	$(TESTS) --lib --bins --tests --no-run
	$(MAKE) --jobs 2 --output-sync=target test-waiting test-reckoning
	$(MAKE) test-timed

test-waiting:
	$(TESTS) $(addprefix --test ,$(WAITING))

test-reckoning:
	$(TESTS) --lib --bins $(addprefix --test ,$(RECKONING))
	$(TESTS) --doc

test-timed:
	$(TESTS) $(addprefix --test ,$(TIMED))

bench:
	cargo bench --workspace --locked

# What takes minutes: each test alone in its process.
soak: tools
	cargo test -p hil --locked --test replug -- --ignored --nocapture
	BALISE_SOAK=1 cargo test -p hil --locked --test robust --test polled -- --nocapture
	cargo run --release -p hil --locked --example gone_cost
	BALISE_SOAK=1 cargo test -p balise --locked --test rules -- --nocapture
	cargo test -p balise --locked --test outages -- --ignored --nocapture --test-threads 1
	cargo test -p balise --release --locked --test many -- --ignored --nocapture
	BALISE_SOAK=1 cargo test -p balise --locked --test failures -- --nocapture --test-threads 1
	cargo test --locked --test months -- --ignored --nocapture --test-threads 1
	cargo test -p balise --locked --lib ten_thousand -- --ignored --nocapture

# The kernel's own USB-serial stack with emulated adapters, in a guest: minutes, and a big download.
rig-vm:
	cargo build --release --locked
	tools/rig-vm --log docs/rig-vm.log

tools:
	tools/fetch
	tools/clients
