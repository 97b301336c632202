# The two commands of the README are `make demo` and `make test`. Both fetch what they need into this
# folder and need no root beyond a C compiler.

SHELL := /bin/bash

# Measured data too large or not clearly licensed enough to be carried along; tests that read it say
# `skipped` where the folder is absent.
ifneq ($(wildcard ../shared/data/README.md),)
export BALISE_DATA ?= $(abspath ../shared/data)
endif

.PHONY: demo test bench soak tools rig-vm

# A January week in three minutes. SEED=n draws other faults; BREAK=rule, estimator or receiver spoils
# one link, and the verdict must notice.
demo: tools
	cargo build --release --locked
	target/release/balise demo $(if $(SEED),--seed $(SEED)) $(if $(BREAK),--break $(BREAK)) $(if $(OUT),--out $(OUT))

test: tools
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo test --workspace --locked

bench:
	cargo bench --workspace --locked

# What takes minutes: each test alone in its process.
soak: tools
	cargo test -p hil --locked --test replug -- --ignored --nocapture
	BALISE_SOAK=1 cargo test -p hil --locked --test robust --test polled -- --nocapture
	cargo run --release -p hil --locked --example gone_cost
	BALISE_SOAK=1 cargo test -p balise --locked --test rules -- --nocapture
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
