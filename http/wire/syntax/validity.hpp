// How far a piece of a message has been validated.
#pragma once

namespace rollcall::http {

enum class Validity {
  incomplete,  // more bytes are needed
  valid,
  invalid,  // the validator's problem says why; the connection can't be read any further
};

}  // namespace rollcall::http
