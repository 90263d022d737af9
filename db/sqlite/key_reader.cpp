#include "db/sqlite/key_reader.hpp"

#include <utility>

#include "db/sqlite/schema.hpp"
#include "db/sqlite/statement.hpp"
#include "db/statements.hpp"

namespace rollcall::db {

struct SqliteKeyReader::State {
  SqliteConnection connection;
  Prepared<sql::sqlite::begin_read> begin_read{};
  Prepared<sql::sqlite::keys_after> keys_after{};
  Prepared<sql::find_email> find_email{};
  Prepared<sql::find_username> find_username{};

  tl::expected<void, SqliteError> begin() {
    auto prepared = prepare_all(connection, begin_read, keys_after, find_email, find_username);
    return prepared ? begin_read.execute() : prepared;
  }
};

SqliteKeyReader::SqliteKeyReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
SqliteKeyReader::~SqliteKeyReader() = default;

tl::expected<std::unique_ptr<KeyReader>, std::string> SqliteKeyReader::open(
    const std::filesystem::path& path) {
  auto connection = open_to_read(path);
  if (!connection) return tl::unexpected(std::move(connection.error()));
  auto state = std::make_unique<State>(State{std::move(*connection)});
  if (auto begun = state->begin(); !begun) {
    return tl::unexpected("database " + path.string() + ": " + begun.error().explained());
  }
  return std::unique_ptr<KeyReader>(new SqliteKeyReader(std::move(state)));
}

tl::expected<KeyReader::Page, std::string> SqliteKeyReader::stale_after(std::int64_t last) {
  Page page{{}, last, false};
  std::int64_t count = 0;
  auto cursor = state_->keys_after.run(last, renewed_at_once);
  while (true) {
    const auto found = cursor.next();
    if (!found) return tl::unexpected(found.error().explained());
    page.more = count == renewed_at_once;
    if (!*found) return page;
    const auto row = cursor.row();
    append_stale_keys(row, page.stale);
    page.last = row.id;
    ++count;
  }
}

tl::expected<std::optional<std::int64_t>, std::string> SqliteKeyReader::holder(const UserKey& key) {
  using Holder = tl::expected<std::optional<std::int64_t>, std::string>;
  const auto find = [&](auto& statement) -> Holder {
    auto cursor = statement.run(key.value);
    const auto found = cursor.next();
    if (!found) return tl::unexpected(found.error().explained());
    return *found ? std::optional(cursor.row().id) : std::nullopt;
  };
  return key.field == UserKey::Field::email ? find(state_->find_email)
                                            : find(state_->find_username);
}

}  // namespace rollcall::db
