// Users for tests: files to import, a daemon that has them, and checks of answers about them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/daemon/daemon_process.hpp"
#include "tests/support/http/client.hpp"

namespace rollcall::tests {

/// The 1,000 users that come with the daemon.
std::filesystem::path sample_users();

/// NDJSON of "Guest 1" to "Guest <count>", with e-mails.
std::string sample_lines(int count);

/// Imports the sample into this database; fails the test where that fails.
void import_sample(const std::filesystem::path& database);

/// A daemon on this many loops whose database holds the sample: "User 1" to "User 1000".
class SampleDaemon {
 public:
  explicit SampleDaemon(int loops = 3);

  DaemonProcess& process() { return *daemon_; }
  std::uint16_t port() const { return daemon_->port(); }
  HttpClient connect() const { return HttpClient(daemon_->port()); }

 private:
  TempDir folder_;
  std::unique_ptr<DaemonProcess> daemon_;
};

/// Creates a user over this connection and returns its id; fails the test where that fails.
std::int64_t create_user(HttpClient& client, const std::string& name);

/// Creates "Guest 1" to "Guest <count>", whose ids are their numbers, in an empty database.
void create_sample_users(std::uint16_t port, int count);

/// Fails the test unless this is a complete problem document with this slug and status, as the
/// answer to a request for `target`. Where `target` is empty, `instance` is not compared.
void check_problem(const Response& response, int status, const std::string& slug,
                   const std::string& target);

/// The slug of this problem document; empty where the answer is none.
std::string slug_of(const Response& response);

/// The pointers of the `errors` of a 422, sorted.
std::vector<std::string> invalid_fields(const Response& response);

}  // namespace rollcall::tests
