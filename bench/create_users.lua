-- POST /users with a name, a different one in each request.
local count = 0
local fields = { ["Content-Type"] = "application/json" }

function request()
  count = count + 1
  return wrk.format("POST", "/users", fields, '{"name":"Created ' .. count .. '"}')
end
