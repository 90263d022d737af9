// The requests of an actor that await a reply.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <caf/error.hpp>
#include <caf/message_id.hpp>
#include <caf/sec.hpp>
#include <caf/type_erased_tuple.hpp>

#include "actors/runtime/once_function.hpp"

namespace rollcall::actors {

/// The callbacks for each awaited reply, in places whose numbers are in the ids of the requests:
/// CAF keeps its own in a flat list, which it searches from the start, and a loop may have
/// thousands of requests in flight. One thread.
class AwaitedReplies {
 public:
  /// `uses`: of how many requests the ids are used up already; for tests of the last ones.
  explicit AwaitedReplies(std::uint64_t uses = 0) : uses_(uses) {}

  /// Keeps the callbacks, and returns the id for the request: `on_reply` takes a Reply&,
  /// `on_failure` a caf::error&; that is unexpected_response for a reply of another type.
  template <class Reply, class OnReply, class OnFailure>
  caf::message_id add(OnReply on_reply, OnFailure on_failure) {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(places_.size()));
      places_.emplace_back();
    }
    const auto number = free_.back();
    free_.pop_back();
    auto& place = places_[number];
    place.take = [on_reply = std::move(on_reply),
                  on_failure = std::move(on_failure)](caf::type_erased_tuple& content) mutable {
      if (content.match_elements<Reply>()) {
        on_reply(content.get_mutable_as<Reply>(0));
      } else if (content.match_elements<caf::error>()) {
        on_failure(content.get_mutable_as<caf::error>(0));
      } else {
        caf::error unexpected = caf::sec::unexpected_response;
        on_failure(unexpected);
      }
    };
    // The next requests from the same place have other ids: a reply that comes twice is dropped.
    // The count begins anew at 1, since 0 is the id of what is no request.
    uses_ = uses_ % most_uses + 1;
    place.id = uses_ << place_bits | number;
    return caf::message_id(caf::message_id::default_async_value | place.id);
  }

  /// Calls the callback for this response, once; false if none is kept for its id.
  bool take(caf::message_id id, caf::type_erased_tuple& content) {
    const auto value = id.integer_value() & caf::message_id::request_id_mask;
    const auto number = value & ((std::uint64_t{1} << place_bits) - 1);
    if (number >= places_.size() || places_[number].id != value) return false;
    places_[number].id = 0;
    auto take = std::move(places_[number].take);
    free_.push_back(static_cast<std::uint32_t>(number));
    take(content);  // it may add others
    return true;
  }

  void clear() {
    const auto dying = std::exchange(places_, {});
    free_.clear();
  }

 private:
  static constexpr int place_bits = 24;  // of the 60 of an id
  static constexpr std::uint64_t most_uses = (std::uint64_t{1} << (60 - place_bits)) - 1;

  struct Place {
    OnceFunction<void(caf::type_erased_tuple&), 96> take{};
    std::uint64_t id = 0;  // 0: free
  };

  std::vector<Place> places_;
  std::vector<std::uint32_t> free_;
  std::uint64_t uses_;
};

}  // namespace rollcall::actors
