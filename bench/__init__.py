"""The benchmark harness: see `./dev bench --help` and README.md."""
