# 命令见 README.md；每个目标都先把 .venv 装好。
PYTHON ?= python3
BIN := .venv/bin
HOST ?= 127.0.0.1
PORT ?= 8000

.PHONY: run chat test install check bench lock

run: .venv/run
	$(BIN)/chuangb serve --host $(HOST) --port $(PORT)

chat: .venv/run
	@$(BIN)/chuangb chat

install: .venv/run

test: .venv/dev .venv/axe/node_modules
	$(BIN)/pytest -n auto --dist loadfile

check: .venv/dev
	$(BIN)/chuangb check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/dev
	$(BIN)/python -m bench.turn

# 依赖锁在带散列值的文件里；改了 pyproject.toml 就重做
lock:
	uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml --group build -o requirements.lock
	uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml --group build --group dev -o requirements-dev.lock

.venv/run: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "需要 Python 3.11 或更新的版本")'
	@echo "正在 .venv 里安装（第一次约半分钟）……"
	@test -x $(BIN)/pip || $(PYTHON) -m venv --clear .venv
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11) and ".venv 是旧的 Python 装的：删掉 .venv 再来")'
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install -qqq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@# 先编译好（模块、模板、数据），头一次启动就快；编译不成不碍事
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -c 'import bot.serving, dialogs.turn, datetime, knowledge; knowledge.on(datetime.date.today()).warm()' || true
	@touch $@

# 浏览器测试用 axe-core 查无障碍；没有 npm 就装不了，那几项会说明自己没有查
.venv/axe/node_modules: | .venv/dev
	@mkdir -p .venv/axe
	@npm install --silent --no-audit --no-fund --prefix .venv/axe axe-core@4.14.1 || echo "没有装上 axe-core（要 npm）"

.venv/dev: .venv/run requirements-dev.lock
	@echo "正在安装测试用的依赖……"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
