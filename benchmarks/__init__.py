"""Benchmarks: peer, floor and ours in the same run, as ratios."""
