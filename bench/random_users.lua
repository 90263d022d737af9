-- GET /users/{id} for random ids in 1..USERS (environment), each thread with a seed of its own.
local users = tonumber(os.getenv("USERS"))
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("seed", threads)
end

local requests = {}

-- All requests are made before the first is sent, so that making them is no part of what is measured.
function init()
  math.randomseed(seed)
  for id = 1, users do
    requests[id] = wrk.format("GET", "/users/" .. id)
  end
end

function request()
  return requests[math.random(users)]
end

-- One line to read by a program: requests per second, 99th percentile in ms, errors.
function done(summary, latency)
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.status + summary.errors.timeout
  print(string.format("RESULT %.0f %.2f %d", summary.requests / summary.duration * 1e6,
    latency:percentile(99) / 1000, errors))
end
