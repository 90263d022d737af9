#include "domain/change.hpp"

#include <type_traits>

namespace rollcall {

std::optional<UserId> target_of(const Change& change) {
  return std::visit(
      [](const auto& given) -> std::optional<UserId> {
        if constexpr (std::is_same_v<std::decay_t<decltype(given)>, CreateUser>) {
          return std::nullopt;
        } else {
          return given.id;
        }
      },
      change);
}

}  // namespace rollcall
