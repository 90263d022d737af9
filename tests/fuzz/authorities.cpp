// Host and Origin. The input is an authority; its first line is also a value of Host, and what
// follows that line one of Origin.
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "http/wire/authority.hpp"
#include "tests/fuzz/support/input.hpp"
#include "tests/fuzz/support/json_check.hpp"
#include "tests/fuzz/support/property.hpp"

namespace rollcall::fuzz {
namespace {

using http::AllowedHosts;

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

bool is_loopback(std::string_view host) {
  const std::string text(host);
  in_addr four{};
  in6_addr six{};
  if (inet_pton(AF_INET, text.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
  if (inet_pton(AF_INET6, text.c_str(), &six) == 1) {
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&six) != 0 && six.s6_addr[12] == 127;
    return mapped || IN6_IS_ADDR_LOOPBACK(&six) != 0;
  }
  auto name = "." + upper(host);
  if (name.ends_with('.')) name.pop_back();
  return name.ends_with(".LOCALHOST");
}

std::optional<http::Problem> refused(std::string_view host, std::string_view origin,
                                     const AllowedHosts& allowed) {
  const std::vector<http::Field> fields{{"Host", host}, {"Origin", origin}};
  http::Request request;
  request.method = http::Method::put;
  request.target = "/users/1";
  request.fields = fields;
  return http::refuse_origin(request, allowed, http::Cors());
}

void check_authority(std::string_view text) {
  const auto host = http::host_of(text);
  const bool bracketed = host.find(':') != std::string_view::npos;
  std::string whole = bracketed ? "[" + std::string(host) + "]" : std::string(host);
  const auto rest = text.substr(std::min(whole.size(), text.size()));
  require(!host.empty() && text.starts_with(whole), "an authority begins with its host", {text});
  require(rest.empty() || rest.starts_with(':'), "what follows the host is a port", {text});
  require(rest.empty() || rest == ":" ||
              (rest.find_first_not_of("0123456789", 1) == std::string_view::npos &&
               std::stoul(std::string(rest.substr(1))) <= 65'535),
          "a port is a number of 16 bits", {text});
  require(host.find_first_of("/?#@[] \t\r\n\\\"") == std::string_view::npos,
          "a host has no delimiters", {text});

  const AllowedHosts only_loopback;
  require(only_loopback.contains(text) == is_loopback(host), "only loopback is allowed by default",
          {text});
  require(only_loopback.contains(upper(text)) == only_loopback.contains(text), "a host has no case",
          {text});
  const AllowedHosts named("127.0.0.1", {std::string(host)});
  require(named.contains(text) && named.contains(upper(text)), "a named host is allowed", {text});
  require(AllowedHosts("::", {"*"}).contains(text), "every host is allowed by *", {text});

  const auto origin = "http://" + std::string(text);
  require(!refused(text, origin, named), "a page of the same origin may write", {text});
  require(!refused(text, upper(origin), named), "an origin has no case", {text});
  const auto foreign = refused(text, "http://a" + std::string(text), named);
  require(foreign && foreign->type == http::ProblemType::forbidden,
          "a page of another origin may not write", {text});
}

}  // namespace

void check(std::string_view input) {
  if (http::is_authority(input)) check_authority(input);
  auto rest = input;
  const auto host = take_line(rest);
  const auto problem = refused(host, rest, http::AllowedHosts("0.0.0.0", {"a", "b"}));
  if (problem) require_document(*problem, "/users/1");
}

}  // namespace rollcall::fuzz
