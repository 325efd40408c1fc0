# Cầm Tay. `make help` lists what there is; everything lives in .venv and in INSTANCE.

PYTHON   ?= python3
INSTANCE ?= instance
PORT     ?= 8000
LEARNING_MODE ?= demo
# A recipe's own variables: what `learning` reads.
export PORT LEARNING_MODE
export LEARNING_INSTANCE := $(abspath $(INSTANCE))

BIN := .venv/bin
RUN := .venv/run-is-installed
DEV := .venv/tests-are-installed

.PHONY: help run province test check bench e2e translations pictures lock clean

help: ## Danh sách lệnh
	@awk -F':.*## ' '/^[a-z0-9]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUN) ## Chạy ngay: cài đặt, xuất bản courses/, dữ liệu mẫu, phục vụ tại http://127.0.0.1:$PORT
	@$(BIN)/learning database upgrade
	@if [ "$(LEARNING_MODE)" != production ]; then $(BIN)/learning courses publish courses || echo "Bản đang dùng vẫn phục vụ." >&2; fi
	@if [ "$(LEARNING_MODE)" = demo ]; then $(BIN)/learning demo --if-empty; fi
	@echo "Cầm Tay: http://127.0.0.1:$(PORT)"
	@exec $(BIN)/learning serve --port $(PORT) --workers 2

province: $(RUN) ## Như run, với cả tỉnh mẫu: 135 xã, phường và 5.219 người
	@$(BIN)/learning database upgrade
	@$(BIN)/learning courses publish courses
	@$(BIN)/learning demo
	@$(BIN)/learning demo province
	@$(MAKE) --no-print-directory run

test: $(DEV) ## Toàn bộ kiểm thử, trên SQLite rồi trên PostgreSQL
	$(BIN)/python -m pytest -n 2 -q
	$(BIN)/python tests/postgres.py $(BIN)/python -m pytest -n 2 -q -m "not browser"

e2e: $(DEV) ## Chỉ phần đi bằng trình duyệt thật
	$(BIN)/python -m pytest -q -m browser

check: $(DEV) ## Lint, kiểu, luật tầng, nội dung khóa học
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_architecture.py tests/test_translations.py
	$(BIN)/learning courses check courses

bench: $(DEV) ## Tỷ số tốc độ so với một trang Flask trống
	$(BIN)/python benchmarks/run.py

translations: $(DEV) ## Cập nhật bản tiếng Anh của giao diện theo mã nguồn
	$(BIN)/python tests/catalogue.py

pictures: $(DEV) ## Chụp lại các trang thật cho README
	$(BIN)/python docs/pictures/take.py

lock: ## Khóa lại các thư viện (cần uv)
	uv pip compile pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements.txt
	uv pip compile pyproject.toml --extra build --extra test --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-test.txt

clean: ## Xóa .venv
	rm -rf .venv

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Cần Python 3.11 trở lên: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv

# One set of packages holds the other: the tests' includes what is needed to run.
$(RUN): requirements.txt pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements-test.txt $(RUN)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-test.txt
	@touch $@
