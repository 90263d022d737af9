// Requests and their answers, kept for tests/contract.
#pragma once

#include "tests/support/http/client.hpp"

namespace rollcall::tests {

/// Appends a line of JSON to the file that the environment names by ROLLCALL_EXCHANGES, which the
/// first call of the process empties; does nothing without that name. From any thread. Throws if
/// the file can't be written.
void record_exchange(const Request& request, const Response& response);

}  // namespace rollcall::tests
