#include "web/landing.hpp"

namespace rollcall::web {

std::string_view landing_page() {
  return R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rollcall</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem; }
code, pre { font-family: ui-monospace, monospace; }
pre { background: #8882; padding: .75rem; overflow-x: auto; }
th, td { text-align: left; padding-right: 1.5rem; }
:root { color-scheme: light dark; }
</style>
</head>
<body>
<h1>Rollcall</h1>
<p>A user directory. It answers who is user 42.</p>
<form onsubmit="location = '/users/' + this.id.value; return false">
<label>User <input name="id" value="42" inputmode="numeric" required></label>
<button>Look up</button>
</form>
<h2>Try it</h2>
<pre>curl -i localhost:8080/users/42
curl -i 'localhost:8080/users?limit=3'
curl -i localhost:8080/users -H 'Content-Type: application/json' \
     -d '{"name":"Ada Lovelace","email":"ada@example.org"}'</pre>
<h2>Requests</h2>
<table>
<tr><td><code>GET /users/{id}</code></td><td>one user</td></tr>
<tr><td><code><a href="/users?limit=50">GET /users?limit=50</a></code></td>
<td>a page of users</td></tr>
<tr><td><code>POST /users</code></td><td>a new user</td></tr>
<tr><td><code>PUT /users/{id}</code></td><td>replaces a user</td></tr>
<tr><td><code>PATCH /users/{id}</code></td><td>changes parts of a user</td></tr>
<tr><td><code>DELETE /users/{id}</code></td><td>removes a user</td></tr>
</table>
<p>Errors are <a href="/problems">problem documents</a> (RFC 9457).</p>
</body>
</html>
)";
}

}  // namespace rollcall::web
