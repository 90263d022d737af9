// A PostgreSQL database touched from outside, by a program that is not Rollcall.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

struct pg_conn;

namespace rollcall::tests {

/// One connection; blocks. Fails the test (by an exception) at every error.
class PgClient {
 public:
  explicit PgClient(const std::string& url);
  ~PgClient();
  PgClient(const PgClient&) = delete;
  PgClient& operator=(const PgClient&) = delete;

  /// One or more statements.
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
