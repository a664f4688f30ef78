#!/usr/bin/env bash
# Resolve every lock file anew (make lock). An argument such as --upgrade-package NAME goes to the resolver;
# without one, what is locked stays as it is. The resolver, uv, is installed beside .venv, not into it.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -x var/lock/bin/uv ] || { python3 -m venv var/lock && var/lock/bin/pip install --quiet uv==0.13.8; }
uv() { var/lock/bin/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-header "$@"; }

# rapidocr asks for opencv-python; opencv-python-headless is the same module without the X11 libraries, and exactly one
# may be installed. The same goes for onnxruntime, where onnxruntime-gpu is.
never() { printf "%s ; sys_platform == 'never'\n" "$@"; }
drafts=$(mktemp -d)
trap 'rm -rf "$drafts"' EXIT
only_headless=$drafts/headless only_gpu=$drafts/gpu
never opencv-python >"$only_headless"
never opencv-python onnxruntime torch >"$only_gpu"

uv pyproject.toml --override "$only_headless" -o requirements.lock "$@"
uv --group dev -c requirements.lock -o requirements-dev.lock "$@"
uv images/ocr-cpu/requirements.in -c requirements.lock --override "$only_headless" -o images/ocr-cpu/requirements.lock "$@"
uv pyproject.toml images/airflow/requirements.in -c requirements.lock --override "$only_headless" \
  -o images/airflow/requirements.lock "$@"
uv images/ocr-cuda/requirements.in -c requirements.lock --override "$only_gpu" -o images/ocr-cuda/requirements.lock "$@"
