#include "db/postgres/client/target.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "posix/address.hpp"

namespace rollcall::db {

namespace {

using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  while (true) {
    const auto comma = list.find(',', start);
    parts.push_back(list.substr(start, comma - start));
    if (comma == std::string::npos) return parts;
    start = comma + 1;
  }
}

std::string joined(const std::vector<PgHost>& hosts, std::string PgHost::*part) {
  std::string list;
  for (const PgHost& host : hosts) {
    if (&host != &hosts.front()) list += ',';
    list += host.*part;
  }
  return list;
}

// One of a list that may be shorter than the hosts: libpq lets one port stand for all.
std::string entry(const std::vector<std::string>& list, std::size_t index) {
  return list.size() == 1 ? list.front() : index < list.size() ? list[index] : "";
}

}  // namespace

bool PgHost::needs_resolving() const {
  return address.empty() && !host.empty() && !host.starts_with('/') && !host.starts_with('@') &&
         !posix::is_address(host);
}

tl::expected<PgTarget, std::string> PgTarget::parse(const std::string& url) {
  char* raw_error = nullptr;
  const Options options(PQconninfoParse(url.c_str(), &raw_error), &PQconninfoFree);
  const std::unique_ptr<char, decltype(&PQfreemem)> error(raw_error, &PQfreemem);
  // libpq's own words repeat parts of the URL, and so perhaps of the password.
  if (!options) return tl::unexpected<std::string>("is no URL that libpq understands");
  const Options defaults(PQconndefaults(), &PQconninfoFree);
  const auto default_of = [&](std::string_view key) -> std::string {
    const auto* option = defaults.get();
    while (option != nullptr && option->keyword != nullptr && key != option->keyword) ++option;
    return option != nullptr && option->val != nullptr ? option->val : "";
  };
  PgTarget target;
  std::string host;
  std::string address;
  std::string port;
  std::string service;
  for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
    const std::string_view key = option->keyword;
    std::string value = option->val != nullptr ? option->val : "";
    if (value.empty() && (key == "host" || key == "port" || key == "hostaddr" || key == "dbname")) {
      value = default_of(key);
    }
    if (key == "service") service = value;
    if (key == "host") {
      host = value;
    } else if (key == "hostaddr") {
      address = value;
    } else if (key == "port") {
      port = value;
    } else if (key == "dbname") {
      target.database_ = value;
    } else if (!value.empty()) {
      target.others_.emplace_back(key, value);
    }
  }
  // By default libpq asks a Kerberos server first where the machine has a ticket, and blocks. With
  // a service nothing is changed: its file may set gssencmode.
  const bool says_nothing = std::none_of(target.others_.begin(), target.others_.end(),
                                         [](auto& each) { return each.first == "gssencmode"; });
  if (says_nothing && service.empty() && default_of("gssencmode") == "prefer") {
    target.others_.emplace_back("gssencmode", "disable");
  }
  const auto hosts = split(host);
  const auto addresses = split(address);
  const auto ports = split(port);
  for (std::size_t i = 0; i < std::max(hosts.size(), addresses.size()); ++i) {
    target.hosts_.push_back({i < hosts.size() ? hosts[i] : "", entry(ports, i),
                             i < addresses.size() ? addresses[i] : ""});
  }
  return target;
}

std::string PgTarget::shown() const {
  std::string shown;
  for (const PgHost& host : hosts_) {
    if (!shown.empty()) shown += ',';
    shown += host.host.empty() ? host.address : host.host;
    if (!host.port.empty()) shown += ':' + host.port;
  }
  return shown + '/' + database_;
}

std::vector<std::pair<std::string, std::string>> PgTarget::parameters(
    const std::vector<PgHost>& hosts, const std::string& application_name) const {
  auto parameters = others_;
  const auto given = [&](std::string_view key) {
    return std::any_of(others_.begin(), others_.end(),
                       [&](const auto& parameter) { return parameter.first == key; });
  };
  const auto unless_given = [&](const char* key, const std::string& value) {
    if (!given(key) && !value.empty()) parameters.emplace_back(key, value);
  };
  parameters.emplace_back("dbname", database_);
  const std::string names = joined(hosts, &PgHost::host);
  const std::string addresses = joined(hosts, &PgHost::address);
  if (names.find_first_not_of(',') != std::string::npos) parameters.emplace_back("host", names);
  if (addresses.find_first_not_of(',') != std::string::npos) {
    parameters.emplace_back("hostaddr", addresses);
  }
  if (const std::string ports = joined(hosts, &PgHost::port);
      ports.find_first_not_of(',') != std::string::npos) {
    parameters.emplace_back("port", ports);
  }
  unless_given("application_name", application_name);
  unless_given("client_encoding", "UTF8");
  return parameters;
}

}  // namespace rollcall::db
