# Build it with `docker build --tag ecnscrawl .`; docs/operations/containers.md says how to run it.
FROM python:3.13-slim AS build
WORKDIR /source
COPY requirements.lock pyproject.toml README.md LICENSE ./
COPY ecnscrawl ./ecnscrawl
# uv and setuptools come out of the lock by their hashes, and every dependency is held to its release there.
RUN for tool in uv setuptools; do sed -n "/^$tool==/,/[^\\]\$/p" requirements.lock; done > tools.lock && \
    pip install --quiet --require-hashes --requirement tools.lock
RUN python -m venv --without-pip /opt/ecnscrawl && \
    uv build --quiet --wheel --no-build-isolation --out-dir . && \
    uv pip install --quiet --python /opt/ecnscrawl/bin/python --compile-bytecode \
    --constraint requirements.lock "$(echo ./*.whl)[export,load]"

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin ecnscrawl && \
    install --directory --owner=ecnscrawl --group=ecnscrawl /data
COPY --from=build /opt/ecnscrawl /opt/ecnscrawl
ENV PATH=/opt/ecnscrawl/bin:/usr/local/bin:/usr/bin:/bin
ENV ECNSCRAWL_DATA_DIR=/data
USER ecnscrawl
WORKDIR /data
VOLUME /data
# Unhealthy where the last healthy run is older than HEALTH_STALE_HOURS; a first run may take 2½ hours.
HEALTHCHECK --interval=15m --timeout=1m --start-period=3h --retries=1 CMD ecnscrawl status >/dev/null || exit 1
ENTRYPOINT ["ecnscrawl"]
CMD ["crawl", "ecns", "-a", "render=off"]
