"""What the program costs, measured against a floor in the same run: `python3 run.py bench`."""
