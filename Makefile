# `make help` says what there is. What takes more than a line is in scripts/.

.PHONY: build run test check clean help

PRODUCTS := docker-run

# Swift is linked in and symbols are left out (-s): a binary of 10 MB that needs libevent and libcurl, not Swift.
build:
	scripts/dependencies build
	for product in $(PRODUCTS); do \
	    swift build -c release --product $$product --static-swift-stdlib -Xlinker -s || exit 1; \
	    install -D .build/release/$$product dist/$$product || exit 1; \
	done

run: build
	scripts/run

test:
	scripts/test

check:
	swift format lint --strict --parallel --recursive Package.swift Sources Tests
	scripts/check-layers

clean:
	rm -rf .build .build-* .cache dist

help:
	@echo 'make          the same as make build'
	@echo 'make build    release binaries in dist/'
	@echo 'make run      docker-run on http://127.0.0.1:8088 with a Docker Engine and a Python image'
	@echo 'make test     check, then all tests, on a Docker Engine of their own'
	@echo 'make check    format and layers'
	@echo 'make clean    remove what was built; engines are removed by scripts/engine down'
