#include "db/importer.hpp"

namespace rollcall::db {

ImportFault id_taken(UserId id) {
  return {ImportFault::Kind::id_taken, "the id " + std::to_string(id.value()) + " is taken"};
}

ImportFault id_deleted(UserId id) {
  return {ImportFault::Kind::id_deleted,
          "the id " + std::to_string(id.value()) + " was a deleted user's, and is not given again"};
}

ImportFault email_taken(const Email& email) {
  return {ImportFault::Kind::email_taken, "the e-mail " + email.value() + " is taken"};
}

std::string overtaken() { return "another import of this content is under way"; }

}  // namespace rollcall::db
