// The rows of the statements that only PostgreSQL runs.
#pragma once

#include <cstdint>
#include <tuple>

#include "db/sql_text.hpp"
#include "db/user_columns.hpp"

namespace rollcall::db {

/// A function that returns void still has a column.
struct SentRow {
  OptionalText sent{};
};
/// The id of a transaction, and the outcome of lock_users.
struct LocksRow {
  OptionalText transaction{};
  OptionalText lock_timeout{};
  OptionalText shortened{};
  OptionalText logs{};
  OptionalText passed_over{};
};
template <>
inline constexpr auto columns_of<LocksRow> = std::tuple{
    Column{"transaction", &LocksRow::transaction}, Column{"lock_timeout", &LocksRow::lock_timeout},
    Column{"shortened", &LocksRow::shortened}, Column{"logs", &LocksRow::logs},
    Column{"passed_over", &LocksRow::passed_over}};

/// The outcome of a transaction, as pg_xact_status returns it; null where the server no longer
/// knows it.
struct TransactionStatusRow {
  OptionalText status{};
  OptionalText ended{};  // whether an idle session of it was terminated
};
template <>
inline constexpr auto columns_of<TransactionStatusRow> = std::tuple{
    Column{"status", &TransactionStatusRow::status}, Column{"ended", &TransactionStatusRow::ended}};

/// A user that add_users_in_order has added, as it is stored.
struct AddedRow {
  std::int64_t id = 0;
  Text name{};
  OptionalText email{};
  OptionalText username{};
  OptionalText external_id{};
};
template <>
inline constexpr auto columns_of<AddedRow> = std::tuple{
    Column{"id", &AddedRow::id}, Column{"name", &AddedRow::name}, Column{"email", &AddedRow::email},
    Column{"username", &AddedRow::username}, Column{"external_id", &AddedRow::external_id}};

/// A user that remove_user has deleted.
struct RemovedRow {
  std::int64_t id = 0;
  std::int64_t version = 0;
};
template <>
inline constexpr auto columns_of<RemovedRow> =
    std::tuple{Column{"id", &RemovedRow::id}, Column{"version", &RemovedRow::version}};

/// What a transaction has done to a user. Of a deleted one, the version that it had.
struct WrittenRow {
  std::int64_t user_id = 0;
  std::int64_t version = 0;
  Text kind{};  // name_of() a ChangeKind
};
template <>
inline constexpr auto columns_of<WrittenRow> =
    std::tuple{Column{"user_id", &WrittenRow::user_id}, Column{"version", &WrittenRow::version},
               Column{"kind", &WrittenRow::kind}};

template <>
inline constexpr auto columns_of<SentRow> = std::tuple{Column{"sent", &SentRow::sent}};

}  // namespace rollcall::db
