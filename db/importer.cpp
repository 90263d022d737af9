#include "db/importer.hpp"

namespace rollcall::db {

ImportFault id_taken(UserId id) {
  return {ImportFault::Kind::id_taken, "the id " + std::to_string(id.value()) + " is taken"};
}

ImportFault email_taken(const Email& email) {
  return {ImportFault::Kind::email_taken, "the e-mail " + email.value() + " is taken"};
}

}  // namespace rollcall::db
