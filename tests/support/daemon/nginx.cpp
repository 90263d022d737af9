#include "tests/support/daemon/nginx.hpp"

#include "tests/support/catch.hpp"

namespace rollcall::tests {

Spawn nginx_with(std::string configuration, const std::string& directives, const TempDir& folder) {
  const std::string begin = "http {\n";
  const auto place = configuration.find(begin);
  REQUIRE(place != std::string::npos);
  std::string added = directives;
  for (const std::string kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
    added += kind + "_temp_path " + (folder / kind).string() + ";\n";
  }
  const auto file = folder / "nginx.conf";
  write_file(file, configuration.insert(place + begin.size(), added));
  return {.program = "/usr/sbin/nginx",
          .arguments = {"-c", file.string(), "-g",
                        "daemon off; master_process off; error_log stderr; pid " +
                            (folder / "pid").string() + ";"},
          .stderr_file = folder / "log"};
}

}  // namespace rollcall::tests
