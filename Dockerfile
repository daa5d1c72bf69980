# One image for every process of a service: `proofboard serve --workers 0` is the web process, `proofboard worker` a
# worker. Packages come from the same locked, hashed versions as on any other machine.
FROM python:3.13-slim-bookworm AS built

WORKDIR /source
COPY requirements/run.lock requirements/dev.lock requirements/
# The development lock holds obstore, which only an object store needs: its own lines and nothing else.
RUN python -m venv /opt/proofboard \
    && awk '/^[a-z]/ {on = /^obstore==/} on' requirements/dev.lock > requirements/s3.lock \
    && /opt/proofboard/bin/pip install --no-cache-dir --require-hashes --requirement requirements/run.lock \
    && /opt/proofboard/bin/pip install --no-cache-dir --require-hashes --no-deps --requirement requirements/s3.lock
COPY pyproject.toml README.md CHANGELOG.md LICENSE ./
COPY src src
RUN /opt/proofboard/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim-bookworm

# The web process and the workers have a user each and one group: both write blobs, and only workers may enter the
# folder of held-out stores. bubblewrap is the sandbox of grading programs.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends bubblewrap \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10000 proofboard \
    && useradd --uid 10001 --gid 10000 --no-create-home --shell /usr/sbin/nologin web \
    && useradd --uid 10002 --gid 10000 --no-create-home --shell /usr/sbin/nologin worker \
    && install --directory --owner 10001 --group 10000 --mode 0700 /var/lib/proofboard/web \
    && install --directory --owner 10002 --group 10000 --mode 0700 /var/lib/proofboard/worker /var/lib/proofboard/held-out \
    && install --directory --owner 10001 --group 10000 --mode 2770 /var/lib/proofboard/blobs

COPY --from=built /opt/proofboard /opt/proofboard
ENV PATH=/opt/proofboard/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PROOFBOARD_DATA=/var/lib/proofboard/web
USER 10001:10000
EXPOSE 8000
# The group writes what its members make: blobs are shared by web and worker.
ENTRYPOINT ["/bin/sh", "-c", "umask 0007 && exec proofboard \"$@\"", "proofboard"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000", "--workers", "0"]
