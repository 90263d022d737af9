"""The measuring harness: `./dev bench --help`, README.md."""
