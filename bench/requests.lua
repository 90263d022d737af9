-- The requests that wrk sends, and its figures as one line for a program. Arguments after `--`:
--   path              GET the URL as it is
--   random MAX        GET the URL with a random id of 1..MAX appended
--   create            POST users to the URL, each with another name
--   script FILE       the requests of another wrk script
local threads = 0

-- Each thread has its own seed, which is the same in each run.
function setup(thread)
  threads = threads + 1
  thread:set("seed", threads)
end

-- For `path` no function is set: wrk sends a constant request without calling Lua.
function init(args)
  local kind, argument = args[1], args[2]
  math.randomseed(seed)
  if kind == "random" then
    -- Built by hand: wrk.format takes several times as long, on cores that the server needs too.
    local begin = "GET " .. wrk.path
    local rest = " HTTP/1.1\r\nHost: " .. wrk.headers["Host"] .. "\r\n\r\n"
    local max, random = tonumber(argument), math.random
    request = function() return begin .. random(max) .. rest end
  elseif kind == "create" then
    local count = 0
    local begin = "POST " .. wrk.path .. " HTTP/1.1\r\nHost: " .. wrk.headers["Host"]
      .. "\r\nContent-Type: application/json\r\nContent-Length: "
    request = function()
      count = count + 1
      local body = '{"name":"Created ' .. count .. '"}'
      return begin .. #body .. "\r\n\r\n" .. body
    end
  elseif kind == "script" then
    local outer = init
    dofile(argument)
    if init ~= outer then init({}) end
  end
end

-- requests, microseconds; percentiles and maximum in microseconds; errors: status, connect, read,
-- write, timeout
function done(summary, latency)
  local errors = summary.errors
  print(string.format("RESULT %d %d %d %d %d %d %d %d %d %d %d",
    summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9), latency.max,
    errors.status, errors.connect, errors.read, errors.write, errors.timeout))
end
