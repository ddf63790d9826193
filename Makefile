.PHONY: demo test check bench worlds lock

demo:
	@python3 run.py

test:
	@python3 run.py test

check:
	@python3 run.py check

bench:
	@python3 run.py bench

worlds:
	@python3 run.py worlds

lock:
	@python3 run.py lock
