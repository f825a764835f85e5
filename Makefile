# `make run` and `make test` need nothing but python3 (3.11 or later) and make.
.DEFAULT_GOAL := help
.PHONY: help run serve test soak check bench audit lock translations docs screenshots gallery

BIN := .venv/bin
FLASK := $(BIN)/flask --app app
PO := app/translations/en/LC_MESSAGES/messages

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: ## Try it: sets up everything and serves a demo (PORT= and HOST= choose where)
	@scripts/bootstrap
	@$(BIN)/python -m app

serve: ## Serve for real, with the settings of .env (see .env.example)
	@scripts/bootstrap
	@$(FLASK) db upgrade
	@$(FLASK) setup-link
	@$(BIN)/gunicorn -c app/gunicorn.conf.py 'app:create_app()'

test: check ## Set up everything, then run all checks and tests
	@scripts/browser
	@echo "== tests"
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal -m "not soak"

soak: ## The long tests: a million steps, kills at every statement, full disks (an hour or more)
	@scripts/bootstrap dev
	@scripts/browser
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal -m soak

check: ## Lint, types and import directions
	@scripts/bootstrap dev
	@echo "== ruff"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@echo "== djlint"
	@$(BIN)/djlint app/templates --lint --quiet
	@echo "== pyright"
	@$(BIN)/pyright
	@echo "== import directions"
	@$(BIN)/lint-imports --no-logo

bench: ## Measure the speed anew and write benchmarks/README.md (PEOPLE='240 5000' chooses sizes)
	@scripts/bootstrap dev
	@$(BIN)/python -m benchmarks.speed $(if $(PEOPLE),--people $(PEOPLE))

lock: ## Write the locks anew from requirements.in and requirements-dev.in (needs uv)
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" requirements.in -o requirements.txt
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" requirements-dev.in -o requirements-dev.txt

translations: ## Collect the Swedish texts and compile their English
	@scripts/bootstrap dev
	@mkdir -p $(dir $(PO))
	@$(BIN)/pybabel -q extract -F scripts/babel.cfg -k _l --no-location --sort-output --project Fikaligan --copyright-holder "Fikaligan contributors" -o $(PO).pot .
	@$(BIN)/pybabel -q update -i $(PO).pot -d app/translations -l en --init-missing --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@rm $(PO).pot
	@$(BIN)/pybabel -q compile -d app/translations

docs: ## Write docs/rules.md anew from the rules
	@scripts/bootstrap dev
	@$(BIN)/python scripts/rules_page.py

screenshots: ## Take the pictures of the README anew
	@scripts/bootstrap dev
	@scripts/browser
	@$(BIN)/python scripts/screenshots.py

gallery: ## Photograph every page and state in every width, theme and language, to be looked at
	@scripts/bootstrap dev
	@scripts/browser
	@$(BIN)/python scripts/gallery.py

audit: ## Lighthouse, the Nu checker and html-validate on the demo's pages (needs npm and java)
	@scripts/bootstrap dev
	@scripts/browser
	@$(BIN)/python scripts/audit.py
