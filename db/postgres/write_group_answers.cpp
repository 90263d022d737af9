// The part of PgWriteGroup that keeps the answers to creates with a key, and finds those that are
// kept.
#include <memory>

#include "db/kept_answers.hpp"
#include "db/postgres/statements.hpp"
#include "db/postgres/write_group.hpp"
#include "domain/errors.hpp"

namespace rollcall::db {

// Null for a change without a key.
const RequestKey* PgWriteGroup::key_of(std::size_t index) const {
  const auto* create = std::get_if<CreateUser>(changes_[index]);
  return create != nullptr ? create->key.get() : nullptr;
}

bool PgWriteGroup::needs_answer(std::size_t index) const {
  return key_of(index) != nullptr && is_open(index) && !looked_up_[index];
}

PgWriteGroup::Sent PgWriteGroup::send_lookup(PgConnection& connection, std::size_t index) {
  const Text caller = key_of(index)->caller;
  const Text key = key_of(index)->key;
  auto sent = send<sql::postgres::claim_key>(connection, Step::claim, index, caller, key);
  if (!sent) return sent;
  return send<sql::find_answer>(connection, Step::answer, index, caller, key, milliseconds_of(at_));
}

// Of all creates from next_ on.
PgWriteGroup::Sent PgWriteGroup::send_lookups(PgConnection& connection) {
  Sent sent;
  for (std::size_t i = next_; sent && i < changes_.size(); ++i) {
    if (needs_answer(i)) sent = send_lookup(connection, i);
  }
  return sent;
}

// Another transaction has the key, as of another node: it may be about to keep an answer.
void PgWriteGroup::take_claim(std::size_t index, const PgResult& result) {
  if (result.row<ClaimRow>(0).claimed != "true") settle(index, tl::unexpected(user_locked()));
}

void PgWriteGroup::take_answer(std::size_t index, const PgResult& result) {
  looked_up_[index] = true;
  if (result.rows() > 0) {
    results_[index] = repeated(*key_of(index), result.row<AnswerRow>(0));
    decided_[index] = unchanged_[index] = true;
    return;
  }
  // The answer of an earlier create of this group is not stored yet.
  for (std::size_t i = 0; i < index; ++i) {
    const auto* earlier = key_of(i);
    if (earlier == nullptr || !looked_up_[i] || !is_open(i)) continue;
    if (earlier->names_same(*key_of(index))) settle(index, tl::unexpected(user_locked()));
  }
}

PgWriteGroup::Sent PgWriteGroup::keep_answers(PgConnection& connection) {
  Sent sent;
  for (std::size_t i = 0; sent && i < changes_.size(); ++i) {
    const auto* key = key_of(i);
    if (key == nullptr || !results_[i] || results_[i]->repeated()) continue;
    auto& created = *results_[i];
    created.answer = std::make_shared<const KeptAnswer>(key->answer(created.user));
    sent = with_answer(*key, *created.answer, at_, [&](const auto&... columns) {
      return send<sql::keep_answer>(connection, Step::frame, i, columns...);
    });
  }
  return sent;
}

}  // namespace rollcall::db
