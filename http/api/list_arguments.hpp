// The parameters of GET /users, and the list that they ask for.
#pragma once

#include "http/api/endpoint.hpp"

namespace rollcall::http {

/// Every parameter of GET /users.
std::vector<Parameter> list_parameters();

/// The list that the arguments ask for. The error, invalid_parameter, is a position of a list in
/// another order.
tl::expected<ReadList, Problem> list_of(Arguments&& arguments);

/// A position as a parameter has it: the id; for a list by name the id, a colon and the name's key.
std::string text_of(const ListPosition& position);

}  // namespace rollcall::http
