-- One line to read by a program: requests per second, 99th percentile in ms, errors.
function done(summary, latency)
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.status + summary.errors.timeout
  print(string.format("RESULT %.0f %.2f %d", summary.requests / summary.duration * 1e6,
    latency:percentile(99) / 1000, errors))
end
