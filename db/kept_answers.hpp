// Between a kept answer and its row.
#pragma once

#include "db/answer_statements.hpp"
#include "db/user_row.hpp"
#include "domain/change.hpp"

namespace rollcall::db {

/// The result of a create whose key has this row: the answer; idempotency_mismatch where it is that
/// of another request; internal where another program has made the row invalid.
ChangeResult repeated(const RequestKey& key, const AnswerRow& row);

/// Calls `use` with the parameters of keep_answer, for an answer that was made at `at`.
template <class Use>
decltype(auto) with_answer(const RequestKey& key, const KeptAnswer& answer, Timestamp at, Use use) {
  const AnswerRow row{key.fingerprint, answer.user.value(), answer.status, answer.fields,
                      answer.body};
  const auto end = milliseconds_of(at + answers_are_kept_for);
  return with_values(row, [&](const auto&... columns) -> decltype(auto) {
    return use(Text(key.caller), Text(key.key), end, columns...);
  });
}

}  // namespace rollcall::db
