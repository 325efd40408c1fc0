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

# The editor's bundle is made where npm is. Without it the studio has a plain text field, and nothing fails.
BUNDLE := $(if $(shell command -v npm 2>/dev/null),bundle)

# Lighthouse looks at the pages where npm is; without it that one test is left out.
MEASURES := $(if $(shell command -v npm 2>/dev/null),measures)

.PHONY: help run province test check bench e2e e2e-long assets bundle measures translations pictures lock clean

help: ## Danh sách lệnh
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUN) $(BUNDLE) ## Chạy ngay: cài đặt, xuất bản courses/, dữ liệu mẫu, phục vụ tại http://127.0.0.1:$PORT
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

test: $(DEV) $(BUNDLE) $(MEASURES) ## Toàn bộ kiểm thử, trên SQLite rồi trên PostgreSQL
	$(BIN)/python -m pytest -n 2 -q
	$(BIN)/python tests/postgres.py $(BIN)/python -m pytest -n 2 -q -m "not browser"

e2e: $(DEV) $(BUNDLE) $(MEASURES) ## Chỉ phần đi bằng trình duyệt thật
	$(BIN)/python -m pytest -q -m browser

check: $(DEV) ## Lint, kiểu, luật tầng, nội dung khóa học
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_architecture.py tests/test_translations.py
	$(BIN)/learning courses check courses

e2e-long: $(DEV) $(BUNDLE) ## Một trăm lần: mất mạng, trả lời, đóng trình duyệt, mở lại, có mạng
	AIRPLANE_RUNS=100 $(BIN)/python -m pytest -q tests/e2e/test_airplane.py

bench: $(DEV) $(MEASURES) ## Tỷ số tốc độ so với một trang Flask trống; báo cáo ở cỡ cả tỉnh; trang trên điện thoại yếu
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/phone.py

assets: static/built/editor.js ## Đóng gói trình soạn thảo (cần npm); không có thì trang soạn dùng ô văn bản thường

# The same for whom it is a comfort: a failure is told, and leaves the plain field.
bundle:
	@$(MAKE) --no-print-directory -s static/built/editor.js || echo "Chưa đóng gói được trình soạn thảo: trang soạn dùng ô văn bản thường." >&2

static/built/editor.js: package.json package-lock.json .npmrc $(wildcard static/editor/*.js)
	npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error
	npm run --silent build -- --log-level=warning
	@touch $@

# The bundle's packages come without these, and what makes it again takes them away.
measures: $(BUNDLE)
	@test -e node_modules/lighthouse/package.json || npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

translations: $(DEV) ## Cập nhật bản tiếng Anh của giao diện theo mã nguồn
	$(BIN)/python tests/catalogue.py

pictures: $(DEV) ## Chụp lại các trang thật cho README và hướng dẫn biên soạn
	$(BIN)/python docs/pictures/take.py

lock: ## Khóa lại các thư viện (cần uv)
	uv pip compile pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements.txt
	uv pip compile pyproject.toml --extra build --extra test --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-test.txt

clean: ## Xóa .venv và những gì npm đã tải, đã đóng gói
	rm -rf .venv node_modules static/built

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
