// Access to a PostgreSQL database as by a program other than Rollcall.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

struct pg_conn;

namespace rollcall::tests {

/// One connection; every call blocks. Every error is an exception, which fails the test.
class PgClient {
 public:
  explicit PgClient(const std::string& url);
  ~PgClient();
  PgClient(const PgClient&) = delete;
  PgClient& operator=(const PgClient&) = delete;

  /// Executes one or more statements.
  void execute(const std::string& sql);
  /// The first column of the first row.
  std::string text(const std::string& sql);
  std::int64_t number(const std::string& sql);
  /// The payloads of the NOTIFYs that have reached this connection since the last call.
  std::vector<std::string> notifications();

 private:
  pg_conn* handle_;
};

}  // namespace rollcall::tests
