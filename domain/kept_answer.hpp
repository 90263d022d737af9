// What makes the repetition of a request harmless: its key, and the answer that is kept with it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "domain/user.hpp"

namespace rollcall {

/// How long an answer is kept.
inline constexpr std::chrono::hours answers_are_kept_for{24};

/// The answer to a request that has created a user. Only who makes it understands its parts.
struct KeptAnswer {
  UserId user;  // who was created
  std::int64_t status = 0;
  std::string fields{};
  std::string body{};

  bool operator==(const KeptAnswer&) const = default;
};
using KeptAnswerRef = std::shared_ptr<const KeptAnswer>;

/// Names a request among all of one caller. Keys are compared byte for byte.
struct RequestKey {
  std::string caller;       // empty while there is no authentication
  std::string key;          // chosen by the caller
  std::string fingerprint;  // of the request: another one must not have the same key
  /// Makes the answer that is kept. Called in the transaction that creates the user, on the thread
  /// of the store, and again where that transaction is tried again: uses no state that changes.
  std::function<KeptAnswer(const UserRef&)> answer;

  bool names_same(const RequestKey& other) const {
    return caller == other.caller && key == other.key;
  }
};
/// Null where the request has none.
using RequestKeyRef = std::shared_ptr<const RequestKey>;

}  // namespace rollcall
