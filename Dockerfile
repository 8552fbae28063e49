# One image for every service of ours: Airflow with wirewatch and its DAGs installed beside it.
# Python has the minor version that the tests run on.

FROM python:3.11.14-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1 UV_COMPILE_BYTECODE=1 \
    VIRTUAL_ENV=/opt/venv
ENV PATH=/opt/venv/bin:$PATH
RUN pip install uv==0.13.9 && python -m venv --without-pip /opt/venv
WORKDIR /build
# First what seldom changes, so that its layer is reused when only our code changes. The runtime
# packages have the lock's versions and hashes; the lock's development tools are left out.
COPY pyproject.toml requirements.lock README.md ./
RUN uv pip install --require-hashes --only-binary :all: --constraints requirements.lock \
    --requirements pyproject.toml --extra airflow --extra celery --extra postgres --extra s3
COPY alert/ alert/
COPY core/ core/
COPY demo/ demo/
COPY desk/ desk/
COPY enrich/ enrich/
COPY ingest/ ingest/
COPY kibana/ kibana/
COPY search/ search/
COPY wirewatch/ wirewatch/
RUN uv pip install --no-deps .

FROM python:3.11.14-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    AIRFLOW_HOME=/opt/airflow
# The user owns the folders that volumes are mounted on, and a new volume inherits that.
RUN useradd --uid 10001 --user-group --home-dir /opt/airflow wirewatch \
 && install -d -o wirewatch -g wirewatch \
    /opt/airflow /opt/airflow/auth /opt/airflow/logs /var/lib/wirewatch \
    /var/lib/wirewatch-authority /var/lib/elasticsearch-certificates \
    /var/lib/wirewatch-keys/writer /var/lib/wirewatch-keys/reader /var/lib/wirewatch-keys/provisioner \
 # Airflow would write its defaults into this file if it were missing, but the image is read-only.
 && touch /opt/airflow/airflow.cfg
COPY --from=build /opt/venv /opt/venv
# Readable whatever umask the project was cloned with: these run as another user.
COPY --chmod=755 dags/ /opt/airflow/dags/
COPY --chmod=755 scripts/airflow_init.py scripts/make_bucket.py scripts/make_certificates.py /opt/wirewatch/scripts/
COPY --chmod=755 scripts/entrypoint.sh /usr/local/bin/entrypoint
USER wirewatch
WORKDIR /opt/wirewatch
ENTRYPOINT ["entrypoint"]
CMD ["wirewatch", "--help"]
