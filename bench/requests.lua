-- The requests that wrk sends, and its figures as one line for a program. Arguments after `--`:
--   path              GET the URL as it is
--   random MAX        GET the URL with a random id of 1..MAX appended
--   create            POST users to the URL, each with another name
--   mix MAX           75 % GET and 15 % PUT of a random id of 1..MAX below the URL, 5 % GET of a
--                     page of 50 after a random id, 5 % POST; one request in 200, at random,
--                     closes its connection, and wrk opens it anew
--   script FILE       the requests of another wrk script
local threads = 0

-- Each thread has its own seed, which is the same in each run.
function setup(thread)
  threads = threads + 1
  thread:set("seed", threads)
end

-- Sets the requests of a mix on the users 1..max, of whom number N has the e-mail uN@example.org: a
-- PUT gives a user a new name and the same e-mail, a POST gives none, so nothing is a duplicate.
-- wrk does not tell which connection a request is for, so that chance closes them: after 200
-- requests in the mean.
function mix(max)
  local random, url = math.random, wrk.path
  local host = " HTTP/1.1\r\nHost: " .. wrk.headers["Host"] .. "\r\n"
  local json = "Content-Type: application/json\r\nContent-Length: "
  local count = 0
  local function body(name, email)
    count = count + 1
    local text = '{"name":"' .. name .. " " .. count .. '"' .. email .. "}"
    return json .. #text .. "\r\n\r\n" .. text
  end
  request = function()
    local kind = random(100)
    local head = random(200) == 1 and host .. "Connection: close\r\n" or host
    if kind <= 75 then return "GET " .. url .. "/" .. random(max) .. head .. "\r\n" end
    if kind <= 90 then
      local id = random(max)
      local email = ',"email":"u' .. id .. '@example.org"'
      return "PUT " .. url .. "/" .. id .. head .. body("Changed", email)
    end
    if kind <= 95 then
      return "GET " .. url .. "?limit=50&after=" .. random(max) .. head .. "\r\n"
    end
    return "POST " .. url .. head .. body("Created", "")
  end
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
  elseif kind == "mix" then
    mix(tonumber(argument))
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
