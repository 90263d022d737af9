// Creates with an Idempotency-Key, and how their answers are compared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/http/client.hpp"

namespace rollcall::tests {

/// Sends a create with this key.
inline Response create_with_key(HttpClient& client, const std::string& key, const std::string& body,
                                Headers headers = {}) {
  headers.emplace_back("Idempotency-Key", key);
  return client.write("POST", "/users", body, std::move(headers));
}

inline bool is_replay(const Response& response) {
  return response.header("Idempotency-Replayed") == "true";
}

/// All lines of the head but those of the message itself, and the body: what a replay repeats.
inline std::string kept_part(const Response& response) {
  std::string text = std::to_string(response.status) + "\n";
  for (const auto& [name, value] : response.headers) {
    if (name == "Date" || name == "Idempotency-Replayed") continue;
    (((text += name) += ": ") += value) += "\n";
  }
  return text + response.body;
}

/// Sends the same request once on each of these ports, all at the same time: only when all requests
/// but their last bytes are there, the last bytes follow. `while_under_way` is called before the
/// answers are read.
template <class Then>
std::vector<Response> race(const std::vector<std::uint16_t>& ports, const Request& request,
                           Then while_under_way) {
  std::vector<HttpClient> clients;
  const auto bytes = request.bytes();
  for (const auto port : ports) clients.emplace_back(port).send(bytes.substr(0, bytes.size() - 1));
  for (auto& client : clients) client.send(bytes.substr(bytes.size() - 1));
  while_under_way();
  std::vector<Response> answers;
  for (auto& client : clients) answers.push_back(client.read(request.method));
  return answers;
}

/// Fails the test unless these answers are one 201 and its replays.
inline void check_one_created(const std::vector<Response>& answers) {
  std::size_t firsts = 0;
  for (const auto& answer : answers) {
    INFO(answer.status << " " << answer.body);
    CHECK(answer.status == 201);
    CHECK(kept_part(answer) == kept_part(answers.front()));
    if (!is_replay(answer)) ++firsts;
  }
  CHECK(firsts == 1);
}

}  // namespace rollcall::tests
