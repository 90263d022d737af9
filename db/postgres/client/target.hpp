// The servers that a PostgreSQL URL names.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

namespace rollcall::db {

/// One of the servers that a URL names. libpq tries them in order.
struct PgHost {
  std::string host;     // a name, an address, or the folder of a Unix socket; may be empty
  std::string port;     // may be empty: libpq's default
  std::string address;  // numeric, where the URL gives it (hostaddr) or the name was resolved

  /// Whether connecting would ask the name service, which libpq does blocking.
  bool needs_resolving() const;
  bool operator==(const PgHost&) const = default;
};

/// A parsed URL: postgres://user:password@host:port/database?key=value, with libpq's keys
/// (postgresql.org/docs, "Connection URIs").
class PgTarget {
 public:
  /// The error says what libpq finds wrong, without repeating the URL. What the URL leaves out is
  /// taken from libpq's environment (PGHOST, PGUSER, ...); but encryption by Kerberos, for which
  /// libpq blocks, is tried only where the URL (gssencmode, service) or PGGSSENCMODE=require asks
  /// for it.
  static tl::expected<PgTarget, std::string> parse(const std::string& url);

  const std::vector<PgHost>& hosts() const { return hosts_; }
  /// "host:port/database", for logs.
  std::string shown() const;
  /// Keywords and values for PQconnectStartParams, with `hosts` in place of the URL's;
  /// `application_name` is used where the URL gives none.
  std::vector<std::pair<std::string, std::string>> parameters(
      const std::vector<PgHost>& hosts, const std::string& application_name) const;

 private:
  std::vector<PgHost> hosts_;
  std::string database_;
  std::vector<std::pair<std::string, std::string>> others_;
};

}  // namespace rollcall::db
