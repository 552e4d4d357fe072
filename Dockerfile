# docker-run and code-runner from source: see compose.yaml, and docs/install.md for how else to install it.
FROM swift:6.3-bookworm AS build
RUN apt-get update && \
    apt-get install --yes --no-install-recommends make pkg-config libevent-dev libcurl4-openssl-dev
WORKDIR /source
COPY . .
RUN make build

FROM debian:bookworm-slim
# curl is for the health check. What it needs is needed anyway.
RUN apt-get update && \
    apt-get install --yes --no-install-recommends \
        libevent-core-2.1-7 libevent-extra-2.1-7 libevent-pthreads-2.1-7 libcurl4 curl && \
    rm -rf /var/lib/apt/lists/*
COPY --from=build /source/dist/docker-run /usr/local/bin/
COPY --from=build /source/dist/code-runner /usr/local/lib/docker-run/
EXPOSE 8088
HEALTHCHECK --start-period=30s --interval=10s --timeout=5s \
    CMD curl --fail --silent --output /dev/null "http://127.0.0.1:${SERVER_LISTEN_PORT:-8088}/healthz"
# No USER: whom the Engine's socket belongs to is the host's to say, and who may write to it is root there all the same.
ENTRYPOINT ["docker-run"]
