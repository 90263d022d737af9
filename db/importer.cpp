#include "db/importer.hpp"

namespace rollcall::db {

ImportRejection id_taken(UserId id) {
  return {ImportRejection::Kind::id_taken, "the id " + std::to_string(id.value()) + " is taken"};
}

ImportRejection id_deleted(UserId id) {
  return {ImportRejection::Kind::id_deleted,
          "the id " + std::to_string(id.value()) + " was a deleted user's, and is not given again"};
}

std::string overtaken() { return "another import of this content is under way"; }

}  // namespace rollcall::db
