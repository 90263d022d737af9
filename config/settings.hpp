// Every setting of the daemon, typed, with its default. config/rollcall.toml documents the same.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rollcall::config {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Http {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;
  std::vector<std::string> allowed_hosts{};
  std::vector<std::string> cors_origins{};
  std::string public_url = "/";  // "/": links are paths
  int loops = 0;                 // 0: by the number of cores
  milliseconds request_timeout{2'000};
  seconds head_timeout{10};
  seconds idle_timeout{60};
  seconds write_timeout{30};
  std::size_t max_in_flight_per_loop = 16'384;
  std::size_t max_connections = 10'000;
  std::size_t max_buffered_mib = 256;
  std::size_t max_subscribers = 10'000;
  std::size_t max_subscriber_kib = 256;
  std::size_t max_pipelined = 16;
  std::size_t max_body_bytes = 65'536;
  std::size_t max_target_bytes = 24'576;
  std::size_t max_field_bytes = 8'192;
  std::size_t max_fields = 100;
  std::size_t max_head_bytes = 32'768;
  seconds lame_duck{5};
  seconds drain{10};
  bool operator==(const Http&) const = default;
};

struct Admin {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8081;
  bool operator==(const Admin&) const = default;
};

struct Database {
  std::string url = "sqlite:var/rollcall.db";
  std::vector<std::string> read_urls{};  // PostgreSQL: replicas that serve pages
  int connections_per_loop = 2;          // PostgreSQL
  int pipeline_depth = 32;               // PostgreSQL
  milliseconds connect_timeout{1'000};   // PostgreSQL
  milliseconds statement_timeout{1'000};
  milliseconds reconnect_min{50};
  milliseconds reconnect_max{500};
  seconds max_connection_age{1'800};  // PostgreSQL; 0: never
  bool operator==(const Database&) const = default;
};

struct Lookup {
  std::size_t cache_entries = 100'000;  // of the whole process; 0: off
  std::size_t batch_max = 256;
  std::size_t batches_in_flight = 2;
  seconds stale_if_error{60};  // 0: off
  bool operator==(const Lookup&) const = default;
};

struct Writes {
  std::size_t group_max = 256;
  bool operator==(const Writes&) const = default;
};

struct Changes {
  std::chrono::days keep{30};
  bool operator==(const Changes&) const = default;
};

struct Invalidation {  // PostgreSQL
  milliseconds heartbeat{500};
  milliseconds timeout{2'000};
  bool operator==(const Invalidation&) const = default;
};

struct Supervision {
  int max_restarts = 5;
  seconds window{30};
  bool operator==(const Supervision&) const = default;
};

struct Import {
  std::size_t batch = 1'000;
  bool operator==(const Import&) const = default;
};

struct Log {
  std::string level = "info";   // trace, debug, info, warn, error
  std::string format = "text";  // text, json
  bool operator==(const Log&) const = default;
};

struct Settings {
  Http http{};
  Admin admin{};
  Database database{};
  Lookup lookup{};
  Writes writes{};
  Changes changes{};
  Invalidation invalidation{};
  Supervision supervision{};
  Import import{};
  Log log{};
  bool operator==(const Settings&) const = default;
};

}  // namespace rollcall::config
