// The requests of an actor that await a reply.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <utility>

#include <caf/error.hpp>
#include <caf/message_id.hpp>
#include <caf/type_erased_tuple.hpp>

namespace rollcall::actors {

/// The callbacks for each awaited reply, found by hash: CAF keeps its own in a flat list, which it
/// searches from the start, and a loop may have thousands of requests in flight. One thread.
class AwaitedReplies {
 public:
  /// Keeps the callbacks for the response with this id: `on_reply` takes a Reply&, `on_failure` a
  /// caf::error&; that is unexpected_response for a reply of another type.
  template <class Reply, class OnReply, class OnFailure>
  void add(caf::message_id id, OnReply on_reply, OnFailure on_failure) {
    awaited_.emplace(id.integer_value(), std::make_unique<Typed<Reply, OnReply, OnFailure>>(
                                             std::move(on_reply), std::move(on_failure)));
  }

  /// Calls the callback for this response, once; false if none is kept for its id.
  bool take(caf::message_id id, caf::type_erased_tuple& content) {
    const auto found = awaited_.extract(id.integer_value());
    if (found.empty()) return false;
    found.mapped()->take(content);
    return true;
  }

  void clear() { awaited_.clear(); }

 private:
  struct Awaited {
    Awaited() = default;
    Awaited(const Awaited&) = delete;
    Awaited& operator=(const Awaited&) = delete;
    virtual ~Awaited() = default;
    virtual void take(caf::type_erased_tuple& content) = 0;
  };

  template <class Reply, class OnReply, class OnFailure>
  struct Typed final : Awaited {
    Typed(OnReply reply, OnFailure failure)
        : on_reply(std::move(reply)), on_failure(std::move(failure)) {}
    void take(caf::type_erased_tuple& content) override {
      if (content.match_elements<Reply>()) {
        on_reply(content.get_mutable_as<Reply>(0));
      } else if (content.match_elements<caf::error>()) {
        on_failure(content.get_mutable_as<caf::error>(0));
      } else {
        caf::error unexpected = caf::sec::unexpected_response;
        on_failure(unexpected);
      }
    }
    OnReply on_reply;
    OnFailure on_failure;
  };

  std::unordered_map<std::uint64_t, std::unique_ptr<Awaited>> awaited_;
};

}  // namespace rollcall::actors
