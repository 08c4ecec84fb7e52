"""What the README's figures come from: run as `python -m benchmarks`, beside peers, in one run."""
