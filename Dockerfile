# The service: one image for every process. Packages are those of requirements.lock, each checked by its hash.
ARG PYTHON=python:3.11.14-slim-bookworm

FROM ${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
COPY requirements.lock pyproject.toml ./
COPY docker/locked.py docker/
RUN python docker/locked.py --build >build.txt \
 && python docker/locked.py >service.txt \
 && python -m venv /opt/build \
 && /opt/build/bin/python -m pip install --quiet --require-hashes --no-deps --only-binary=:all: -r build.txt \
 && python -m venv /opt/caseledger \
 && /opt/caseledger/bin/python -m pip install --quiet --require-hashes --no-deps --only-binary=:all: -r service.txt
COPY README.md LICENSE ./
COPY domain domain
COPY schemas schemas
COPY projections projections
COPY consumers consumers
COPY infra infra
COPY caseledger caseledger
COPY policies policies
COPY scenarios scenarios
RUN /opt/build/bin/python -m hatchling build --target wheel --directory dist \
 && /opt/caseledger/bin/python -m pip install --quiet --no-deps --no-index dist/*.whl

FROM ${PYTHON}
ENV PATH=/opt/caseledger/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONSAFEPATH=1 \
    PYTHONUNBUFFERED=1 \
    CASELEDGER_DATA=/data \
    CASELEDGER_LOG_FORMAT=json
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin caseledger \
 && install --directory --owner caseledger --group caseledger --mode 0700 /data
COPY --from=build /opt/caseledger /opt/caseledger
USER 10001:10001
VOLUME /data
ENTRYPOINT ["caseledger"]
CMD ["--help"]
