#include "db/kept_answers.hpp"

#include <memory>
#include <string>
#include <utility>

#include "domain/errors.hpp"

namespace rollcall::db {

ChangeResult repeated(const RequestKey& key, const AnswerRow& row) {
  if (row.fingerprint != key.fingerprint) return tl::unexpected(idempotency_mismatch());
  const auto user = UserId::from(row.user_id);
  if (!user) return tl::unexpected(invalid_row());
  KeptAnswer answer{*user, row.status, std::string(row.fields), std::string(row.body)};
  return Changed(nullptr, std::make_shared<const KeptAnswer>(std::move(answer)));
}

}  // namespace rollcall::db
