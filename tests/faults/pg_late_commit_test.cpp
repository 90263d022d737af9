// A commit completes after the node has stopped waiting for it: no cache keeps the old row.
#include "tests/support/catch.hpp"
#include "tests/support/daemon/loops.hpp"
#include "tests/support/daemon/users.hpp"
#include "tests/support/postgres/service.hpp"
#include "tests/support/waiting.hpp"

namespace rollcall::tests {

namespace {

/// A node with users 1 and 2 in the cache of every loop. In its database a commit that names a user
/// "Late", or deletes user 2, waits until let_go().
class LateCommit {
 public:
  explicit LateCommit(int loops) : service(loops), readers(make_readers(loops)) {
    service.database().client().execute(
        "CREATE FUNCTION wait_for_leave() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = 0 "
        "AS $$BEGIN IF (CASE TG_OP WHEN 'DELETE' THEN OLD.id = 2 ELSE NEW.name = 'Late' END) THEN "
        "PERFORM pg_advisory_xact_lock(1); END IF; RETURN NULL; END$$;"
        "CREATE CONSTRAINT TRIGGER late AFTER INSERT OR UPDATE OR DELETE ON users "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_for_leave()");
    holder.execute("SELECT pg_advisory_lock(1)");
    for (const auto& reader : readers) {
      REQUIRE(reader->get("/users/1").status == 200);
      REQUIRE(reader->get("/users/2").status == 200);
    }
  }

  void let_go() { holder.execute("SELECT pg_advisory_unlock(1)"); }
  /// Waits until this query returns 1, that is, until the late commit is in the database.
  void wait_for_commit(const std::string& sql) {
    wait_until("the late commit does not come", [&] { return holder.number(sql) == 1; });
  }
  /// Whether the answer of each loop for user `id` meets `is`.
  template <class Is>
  bool each_loop(int id, Is is) const {
    return std::all_of(readers.begin(), readers.end(), [&](const auto& reader) {
      return is(reader->get("/users/" + std::to_string(id)));
    });
  }

  PgService service;
  PgClient holder{service.database().url()};
  std::vector<std::unique_ptr<HttpClient>> readers;

 private:
  std::vector<std::unique_ptr<HttpClient>> make_readers(int loops) {
    return connections_on_every_loop(service.daemon().port(), service.daemon().admin_port(), loops);
  }
};

}  // namespace

TEST_CASE("a commit that completes after its answer is read on every loop once it was notified") {
  LateCommit late(GENERATE(1, 3));
  auto writer = late.service.connect();
  check_problem(writer.write("PATCH", "/users/1", R"({"name":"Late"})"), 503, "outcome-unknown",
                "/users/1");
  const auto old = [](const Response& read) { return read.json().at("name") == "Guest 1"; };
  CHECK(late.each_loop(1, old));
  late.let_go();
  late.wait_for_commit("SELECT count(*) FROM users WHERE name = 'Late'");
  wait_until("a loop serves the old row without end", [&] {
    return late.each_loop(1, [](const auto& read) { return read.json().at("name") == "Late"; });
  });
}

TEST_CASE("a delete that is committed after its answer is read on every loop") {
  LateCommit late(GENERATE(1, 3));
  auto writer = late.service.connect();
  check_problem(writer.ask({.method = "DELETE", .target = "/users/2"}), 503, "outcome-unknown",
                "/users/2");
  CHECK(late.each_loop(2, [](const Response& read) { return read.status == 200; }));
  late.let_go();
  late.wait_for_commit("SELECT count(*) FROM deleted_users WHERE id = 2");
  wait_until("a loop serves the deleted user without end", [&] {
    return late.each_loop(2, [](const Response& read) { return read.status == 404; });
  });
}

}  // namespace rollcall::tests
