// The pages for people: /, /docs, /problems.
#include <regex>

#include "tests/support/catch.hpp"
#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/text.hpp"

namespace rollcall::tests {

namespace {

const Headers as_browser{
    {"Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}};

// Without times and trace ids.
std::string without_variables(const std::string& json) {
  return std::regex_replace(json, std::regex("\"(20[^\"]*Z|[0-9a-f]{32})\""), "\"\"");
}

Response landing_of(HttpClient& client, const std::string& host) {
  client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\nAccept: text/html\r\n\r\n");
  return client.read();
}

}  // namespace

TEST_CASE("pages are HTML that may load files of the service alone") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  for (const std::string path : {"/", "/docs", "/problems", "/problems/internal"}) {
    INFO(path);
    const auto page = client.get(path, as_browser);
    CHECK(page.status == 200);
    CHECK(page.header("Content-Type") == "text/html; charset=utf-8");
    CHECK(page.body.starts_with("<!doctype html>"));
    const auto policy = page.header("Content-Security-Policy").value_or("");
    CHECK(contains(policy, "default-src 'none'; script-src 'self'; style-src 'self'"));
    CHECK_FALSE(contains(policy, "unsafe"));
    CHECK(page.header("X-Content-Type-Options") == "nosniff");
    CHECK(page.header("Cache-Control") == "no-cache");
    CHECK(page.header("Vary") ==
          (path == "/docs" ? std::nullopt : std::optional<std::string>("Accept")));
    const auto head = client.ask({.method = "HEAD", .target = path, .headers = as_browser});
    CHECK(head.status == 200);
    CHECK(head.header("Content-Length") == std::to_string(page.body.size()));
    CHECK(head.header("Content-Security-Policy") == policy);
  }
}

TEST_CASE("the pages' files may be kept, since another file has another URL") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  const auto page = client.get("/docs", as_browser);
  for (const auto& [file, type] : {std::pair("style.css", "text/css; charset=utf-8"),
                                   std::pair("docs.js", "text/javascript; charset=utf-8")}) {
    INFO(file);
    std::smatch found;
    REQUIRE(std::regex_search(page.body, found, std::regex(file + std::string("\\?\\d+"))));
    const auto answer = client.get("/" + found[0].str());
    CHECK(answer.status == 200);
    CHECK(answer.header("Content-Type") == type);
    CHECK(answer.header("X-Content-Type-Options") == "nosniff");
    CHECK(answer.header("Cache-Control") == "public, max-age=86400");
  }
}

TEST_CASE("programs get the problems as JSON, browsers as pages") {
  DaemonProcess daemon({.loops = 3});
  HttpClient client(daemon.port());
  for (const Headers& headers :
       {Headers{}, Headers{{"Accept", "*/*"}}, Headers{{"Accept", "application/json"}},
        Headers{{"Accept", "text/html;q=0.5, application/json"}}}) {
    const auto list = client.get("/problems", headers);
    CHECK(list.status == 200);
    CHECK(list.header("Content-Type") == "application/json");
    CHECK(list.header("Vary") == "Accept");
    CHECK(list.json().at("problems").size() > 20);
    const auto one = client.get("/problems/user-not-found", headers);
    CHECK(one.header("Content-Type") == "application/json");
    CHECK(one.header("Vary") == "Accept");
    CHECK(one.json().at("status") == 404);
  }
  // The type of a problem document leads to its explanation.
  const auto problem = client.get("/users/1").json();
  const auto explained = client.get(problem.at("type").get<std::string>()).json();
  CHECK(explained.at("type") == problem.at("type"));
  CHECK(explained.at("title") == problem.at("title"));
  check_problem(client.get("/problems/none", as_browser), 404, "not-found", "/problems/none");
}

TEST_CASE("the landing page's answers are those that its examples get") {
  SampleDaemon sample;
  auto client = sample.connect();
  const auto page = without_variables(
      std::regex_replace(client.get("/", as_browser).body, std::regex("&quot;"), "\""));
  const auto shows = [&](const Response& answer) {
    INFO(answer.body);
    CHECK(contains(page,
                   std::regex_replace(without_variables(answer.body), std::regex("&"), "&amp;")));
  };
  shows(client.get("/users/42"));
  shows(client.write("POST", "/users",
                     R"({"username":"ada","name":"Ada Lovelace","email":"ada@example.org"})"));
  shows(client.write("POST", "/users", R"({"nmae":"Ada"})"));
}

TEST_CASE("the landing page's examples name the host that was asked") {
  DaemonProcess daemon({.loops = 3, .set = {"http.allowed_hosts=*"}});
  HttpClient client(daemon.port());
  CHECK(contains(landing_of(client, "users.example.org:81").body,
                 "curl http://users.example.org:81/users/42"));
  CHECK(contains(landing_of(client, "localhost").body, "curl http://localhost/users/42"));
  CHECK(contains(landing_of(client, "a'&.example").body,
                 "curl &#39;http://a&#39;\\&#39;&#39;&amp;.example/users/42&#39;"));
  const auto refused = landing_of(client, "<script>x</script>");
  CHECK(refused.status == 400);
  CHECK_FALSE(contains(refused.body, "<script>"));
}

}  // namespace rollcall::tests
