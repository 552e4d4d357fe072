# `make help` says what there is. What takes more than a line is in scripts/.

.PHONY: build run test test-engines test-vm test-compose fuzz images smoke bench check deb test-deb clean help

# The server has Swift linked in and symbols left out (-s): 15 MB that need libevent and libcurl, not Swift. code-runner is
# static altogether, because nothing can be expected of the images that it is mounted into.
build: dist/docker-run dist/code-runner

.PHONY: dist/docker-run dist/code-runner

dist/docker-run:
	scripts/dependencies build
	swift build -c release --product docker-run --static-swift-stdlib -Xlinker -s
	install -D .build/release/docker-run dist/docker-run

dist/code-runner:
	scripts/dependencies build
	swift build -c release --product code-runner --static-swift-stdlib -Xswiftc -static-executable -Xlinker -s \
	    --scratch-path .build-static
	install -D .build-static/release/code-runner dist/code-runner

run: build
	scripts/run

test:
	scripts/test

# KINDS="trixie sid+containerd": these instead of all.
test-engines:
	scripts/test-engines.py $(KINDS)

# TARGETS="json frames": these instead of all; SECONDS=600: longer.
fuzz:
	scripts/dependencies build
	scripts/fuzz --seconds $(or $(SECONDS),60) $(TARGETS)

# LANGUAGES="python c java": these instead of all. FRESH=1: with the packages of today, though the recipe is as it was.
images: dist/code-runner
	scripts/images $(LANGUAGES)

smoke: build
	scripts/smoke.py $(LANGUAGES)

# OPTIONS=--quick tries it in some minutes; benchmarks/run PART measures a part.
bench:
	benchmarks/run $(OPTIONS)

check:
	scripts/dependencies build
	swift format lint --strict --parallel --recursive Package.swift Sources Tests
	scripts/check-layers
	scripts/check-scripts
	scripts/check-text
	scripts/check-version

# dist/docker-run_VERSION_ARCHITECTURE.deb
deb: build
	scripts/deb

test-deb: deb
	scripts/check-unit
	scripts/test-package.py

test-vm: deb
	scripts/test-vm.py

test-compose:
	scripts/test-compose.py

clean:
	rm -rf .build .build-* .cache dist

help:
	@echo 'make          the same as make build'
	@echo 'make build    release binaries in dist/'
	@echo 'make run      docker-run on http://127.0.0.1:8088 with a Docker Engine and a Python image'
	@echo 'make test     check, then all tests, on a Docker Engine of their own'
	@echo 'make fuzz     inputs that libFuzzer invents, a minute for each part; SECONDS=600, TARGETS="json frames"'
	@echo 'make images   images of languages, from Debian packages; LANGUAGES="python c" for some of them; FRESH=1 for updates'
	@echo 'make smoke    a program of each language whose image is there; LANGUAGES as above'
	@echo 'make bench    measures, and writes docs/performance.md; OPTIONS=--quick to try it'
	@echo 'make check    format, layers, scripts, text and version'
	@echo 'make deb      a package for Debian and Ubuntu in dist/'
	@echo 'make test-deb the package installed, upgraded and purged in Debians that systemd-nspawn boots'
	@echo 'make test-engines'
	@echo '              the tests with a Docker Engine, on those of other Debians too; KINDS="trixie sid+containerd" for some'
	@echo 'make test-vm  the package, Docker and Podman in a virtual machine with cgroup v2; a quarter of an hour'
	@echo 'make test-compose'
	@echo '              docker compose up --build as docs/install.md prints it, on an engine of its own; ten minutes'
	@echo 'make clean    remove what was built; engines are removed by scripts/engine down'
