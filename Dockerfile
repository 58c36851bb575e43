# Maskloop's image. The web server and every worker run from it; the command says which.
#
#   docker build --tag maskloop:cpu .
#   docker build --tag maskloop:gpu --build-arg TORCH_INDEX=https://pypi.org/simple .
#
# PyTorch's own index has builds without CUDA, a tenth in size; PyPI's bring CUDA with them.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu

FROM node:22.23-slim AS frontend
WORKDIR /maskloop/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY frontend ./
RUN npm run build

FROM python:3.12-slim AS packages
ARG TORCH_INDEX
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /maskloop
RUN python -m venv /venv
COPY constraints.txt ./
RUN /venv/bin/pip install --constraint constraints.txt --index-url "$TORCH_INDEX" torch
# What is installed changes with these two files only; the code is copied beside it later.
COPY pyproject.toml README.md ./
RUN mkdir backend engine migrations \
    && touch backend/__init__.py engine/__init__.py migrations/__init__.py \
    && /venv/bin/pip install --constraint constraints.txt --editable .

FROM python:3.12-slim
RUN useradd --create-home maskloop && install --directory --owner maskloop /data
WORKDIR /maskloop
COPY --from=packages /venv /venv
COPY --from=packages /maskloop/maskloop.egg-info maskloop.egg-info
COPY LICENSE README.md pyproject.toml ./
COPY migrations migrations
COPY engine engine
COPY backend backend
COPY samples samples
COPY --from=frontend /maskloop/frontend/dist frontend/dist
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 MASKLOOP_DATA_DIR=/data
USER maskloop
VOLUME /data
EXPOSE 8400
CMD ["maskloop", "web"]
