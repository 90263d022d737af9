-- GET /users/{id} for random ids in 1..USERS (environment), each thread with a seed of its own.
local users = tonumber(os.getenv("USERS"))
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("seed", threads)
end

function init()
  math.randomseed(seed)
end

function request()
  return wrk.format("GET", "/users/" .. math.random(users))
end

-- One line to read by a program: requests per second, 99th percentile in ms, errors.
function done(summary, latency)
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.status + summary.errors.timeout
  print(string.format("RESULT %.0f %.2f %d", summary.requests / summary.duration * 1e6,
    latency:percentile(99) / 1000, errors))
end
